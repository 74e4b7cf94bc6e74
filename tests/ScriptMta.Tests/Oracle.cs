using System.Diagnostics;
using System.Text;

namespace ScriptMta.Tests;

/// <summary>
/// Debian's real Exim, which the differential tests ask. tests/run unpacks it; EXIM_ORACLE names another. A machine without one fails these
/// tests: they are never skipped. Exim takes any configuration file only from root, and only a file that root owns.
/// </summary>
static class Oracle
{
    /// <summary>Long enough for a busy machine; Exim answers in milliseconds.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    const string ProgramPath = "/usr/sbin/exim4";
    const string ExamplePath = "/usr/share/doc/exim4-base/examples/example.conf";

    /// <summary>The roots below which Exim's files are looked for, in order.</summary>
    static readonly string[] Roots = [.. NamedRoot(), "", "/var/cache/scriptmta-tests/exim", "/opt/exim-oracle"];

    public static string Program { get; } = Environment.GetEnvironmentVariable("EXIM_ORACLE") is { Length: > 0 } named ? named : Find(ProgramPath);

    /// <summary>The configuration that comes with Exim.</summary>
    public static string ExampleConfiguration { get; } = Find(ExamplePath);

    /// <summary>One of the utilities that come with Exim.</summary>
    public static string Tool(string name) => Find("/usr/sbin/" + name);

    /// <summary>One run with the lines as standard input. Text is Latin-1 both ways.</summary>
    public static (string Output, string Errors, int ExitCode) Run(IEnumerable<string> arguments, IEnumerable<string>? lines = null)
    {
        Assert.True(File.Exists(Program), $"no Exim to compare with at {Program}: run tests/run, or set EXIM_ORACLE (looked below {string.Join(", ", Roots.Select(r => r + "/"))})");
        using var exim = Process.Start(new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardInputEncoding = Encoding.Latin1, StandardOutputEncoding = Encoding.Latin1, StandardErrorEncoding = Encoding.Latin1,
        })!;
        var output = exim.StandardOutput.ReadToEndAsync();
        var errors = exim.StandardError.ReadToEndAsync();
        Feed(exim.StandardInput, lines ?? []);
        if (!exim.WaitForExit(Limit))
        {
            exim.Kill(entireProcessTree: true);
            Assert.Fail("Exim did not end");
        }
        return (output.Result, errors.Result, exim.ExitCode);
    }

    /// <summary>Exim may die of a line and read no further: what it said until then is the answer.</summary>
    static void Feed(StreamWriter input, IEnumerable<string> lines)
    {
        try
        {
            using (input)
                foreach (var line in lines) input.Write(line + "\n");
        }
        catch (IOException) { } // its end is in the exit code
    }

    static string[] NamedRoot() => Environment.GetEnvironmentVariable("EXIM_ORACLE_ROOT") is { Length: > 0 } root ? [root] : [];

    /// <summary>A file of Exim's packages.</summary>
    public static string Find(string path) => Roots.Select(root => root + path).FirstOrDefault(File.Exists, Roots[0] + path);
}
