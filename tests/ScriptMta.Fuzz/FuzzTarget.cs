using ScriptMta.Common;

namespace ScriptMta.Fuzz;

/// <summary>One parser under attack. Run gives what the input came to in a few words, so that inputs which come to something new can be told; it throws only when something is wrong.</summary>
sealed record FuzzTarget(string Name, Func<string, string> Run, bool LineByLine, string WordText)
{
    // Comments and answers of the expansion tests' case files.
    static readonly string[] NotInput = ["    =>", "# ", "#!"];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("configuration", ConfigurationTarget.Run, LineByLine: false, ConfigurationTarget.Words),
        new("template", TemplateTarget.Run, LineByLine: true, TemplateTarget.Words),
        new("list", ListTarget.Run, LineByLine: true, ListTarget.Words),
        new("mime", MimeTarget.Run, LineByLine: false, MimeTarget.Words),
        new("session", SessionTarget.Run, LineByLine: false, SessionTarget.Words),
    ];

    /// <summary>What mutation inserts; "_" stands for a space and "~" for a line end.</summary>
    public string[] Words => [.. WordText.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Replace('_', ' ').Replace('~', '\n'))];

    /// <summary>The checked-in inputs: a file each, or a line each.</summary>
    public List<string> Corpus()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpus", Name)).Order(StringComparer.Ordinal).Select(file => Latin1.Decode(File.ReadAllBytes(file)));
        return LineByLine ? [.. files.SelectMany(text => text.Split('\n')).Where(line => line.Length != 0 && !NotInput.Any(line.StartsWith)).Distinct()] : [.. files];
    }

    /// <summary>An error's own words, without what it quotes of the input.</summary>
    public static string Kind(string error) => string.Concat(error.TakeWhile(c => c is not ('"' or '\'')).Where(c => c is > ' ' and < '0' or > '9').Take(60));
}
