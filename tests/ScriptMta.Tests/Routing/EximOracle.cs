namespace ScriptMta.Tests.Routing;

/// <summary>The oracle with a configuration of its own.</summary>
static class EximOracle
{
    /// <summary>Standard output and exit status of one run. Log lines that Exim writes to standard error in test modes are not part of it.</summary>
    public static (string Output, int ExitCode) Run(string configuration, params string[] arguments)
    {
        using var file = new TemporaryConfiguration(configuration);
        var (output, errors, status) = Oracle.Run(["-C", file.Path, .. arguments]);
        return (output + (errors.Contains("configuration error", StringComparison.Ordinal) ? errors : ""), status);
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
