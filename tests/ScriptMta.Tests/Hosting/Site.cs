using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Tests.Hosting;

/// <summary>A configuration file in a folder of its own. Messages show the folder as DIR and the file without its folder.</summary>
sealed class Site : IDisposable
{
    /// <summary>So that a load asks the machine for nothing.</summary>
    public const string Basics = "primary_hostname = mx.test.org\nspool_directory = DIR/spool\nlog_file_path = DIR/%slog\n";

    public string Folder { get; } = Directory.CreateTempSubdirectory("scriptmta-hosting-").FullName;
    public string ConfigurationFile => Path.Combine(Folder, "site.conf");
    public ProblemList Problems { get; private set; } = new();

    /// <summary>Null when there are errors.</summary>
    public LoadedConfiguration? Load(string text, LoadedConfiguration? previous = null)
    {
        Write("site.conf", text);
        Problems = new();
        return ConfigurationLoader.Load(new SiteRequest(ConfigurationFile, []), Problems, previous);
    }

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text.Replace("DIR", Folder, StringComparison.Ordinal));

    /// <summary>Line, column and message of each problem, in the order of the file.</summary>
    public IEnumerable<string> Said() =>
        Problems.All.OrderBy(p => p.At.Line).Select(p => p.ToString().Replace(ConfigurationFile, "site.conf", StringComparison.Ordinal).Replace(Folder, "DIR", StringComparison.Ordinal));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
