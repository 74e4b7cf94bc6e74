using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ScriptMta.EndToEnd;

/// <summary>The program under test: what SCRIPTMTA_BINARY names (tests/run publishes it), else the Release build of this checkout.</summary>
static class Binary
{
    public static string Root { get; } = FindRoot();

    public static string FilePath { get; } = Environment.GetEnvironmentVariable("SCRIPTMTA_BINARY") is { Length: > 0 } named
        ? named
        : Path.Combine(Root, "src", "ScriptMta", "bin", "Release", "net10.0", "scriptmta");

    /// <summary>Runs to the end; a program still running after the limit is killed and the test fails.</summary>
    public static CommandResult Run(IEnumerable<string> arguments, string input = "", string? program = null, string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null, int seconds = 60)
    {
        var start = new ProcessStartInfo(program ?? FilePath)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? Path.GetTempPath(),
            StandardInputEncoding = System.Text.Encoding.Latin1, StandardOutputEncoding = System.Text.Encoding.Latin1,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading its input; its status and output tell.
        }
        if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} {string.Join(' ', start.ArgumentList)} still ran after {seconds} s\n{(output.IsCompleted ? output.Result : "")}");
        }
        return new CommandResult(process.ExitCode, output.Result, error.Result);
    }

    static string FindRoot([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}

sealed record CommandResult(int Status, string Output, string Error)
{
    public override string ToString() => $"status {Status}\n--- output\n{Output}\n--- error\n{Error}";
}
