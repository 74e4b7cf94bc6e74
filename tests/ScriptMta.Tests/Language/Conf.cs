using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

/// <summary>A configuration that stands in the test, with the files that it includes.</summary>
sealed class Conf
{
    public const string Main = "/etc/scriptmta.conf";

    readonly Dictionary<string, string> _files = [];
    readonly List<KeyValuePair<string, string>> _macros = [];

    public static Conf Of(string text) => new Conf().File(Main, text);

    public ProblemList Problems { get; } = new();

    public Conf File(string path, string text)
    {
        _files[path] = text;
        return this;
    }

    public Conf D(string name, string value)
    {
        _macros.Add(new(name, value));
        return this;
    }

    public ConfigurationDocument Read() => ConfigurationReader.Read(Main, new()
    {
        Macros = _macros,
        BuiltInMacros = static () => ProductMacros.All,
        OpenFile = path => _files.GetValueOrDefault(path),
    }, Problems)!;

    /// <summary>Reads and demands that nothing be wrong.</summary>
    public ConfigurationDocument ReadClean()
    {
        var document = Read();
        Assert.Empty(Problems.All.Select(p => p.ToString()));
        return document;
    }

    /// <summary>Reads; each problem as `line:column message`, with the file where it is not the main one.</summary>
    public string[] ReadProblems()
    {
        Read();
        return Texts(Problems);
    }

    /// <summary>Reads, then the main options against their table.</summary>
    public string[] MainProblems()
    {
        _ = new OptionReader(Read().Main, MainOptionTable.Table, Problems);
        return Texts(Problems);
    }

    public OptionReader MainOptions() => new(ReadClean().Main, MainOptionTable.Table, Problems);

    public static string[] Texts(ProblemList problems) => [.. problems.All.Select(p =>
        $"{(p.At.File == Main ? $"{p.At.Line}:{p.At.Column}" : p.At)} {(p.IsWarning ? "warning: " : "")}{p.Message}")];

    /// <summary>The value of a main option as read.</summary>
    public static string? Value(ConfigurationDocument document, string name) => document.Main.Settings.Last(s => s.Name == name).Value?.Text;

    public static SourceLocation Place(int line, int column) => new(Main, line, column);
}
