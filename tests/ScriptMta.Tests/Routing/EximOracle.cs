using System.Diagnostics;

namespace ScriptMta.Tests.Routing;

/// <summary>Debian's Exim, where it is on the machine: EXIM_ORACLE names the program, else the two usual places are looked at.</summary>
static class EximOracle
{
    static readonly string[] Places = [System.Environment.GetEnvironmentVariable("EXIM_ORACLE") ?? "", "/opt/exim-oracle/usr/sbin/exim4", "/usr/sbin/exim4"];

    /// <summary>Null where there is no Exim. It must run as root to take any configuration file.</summary>
    public static string? Program { get; } = Array.Find(Places, p => p.Length > 0 && File.Exists(p));

    /// <summary>Standard output and exit status of one run. Log lines that Exim writes to standard error in test modes are not part of it.</summary>
    public static (string Output, int ExitCode) Run(string configuration, params string[] arguments)
    {
        using var directory = new TemporaryConfiguration(configuration);
        var start = new ProcessStartInfo(Program!) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, StandardOutputEncoding = System.Text.Encoding.Latin1 };
        foreach (var argument in (string[])["-C", directory.Path, .. arguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(30)))
        {
            process.Kill();
            throw new TimeoutException("the oracle did not end");
        }
        return (output.Result + (errors.Result.Contains("configuration error", StringComparison.Ordinal) ? errors.Result : ""), process.ExitCode);
    }

    sealed class TemporaryConfiguration : IDisposable
    {
        readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("scriptmta-oracle-");

        public TemporaryConfiguration(string text) =>
            File.WriteAllText(Path, $"spool_directory = {_directory.FullName}\nlog_file_path = {_directory.FullName}/%slog\n{text}");

        public string Path => System.IO.Path.Combine(_directory.FullName, "exim.conf");

        public void Dispose() => _directory.Delete(recursive: true);
    }
}
