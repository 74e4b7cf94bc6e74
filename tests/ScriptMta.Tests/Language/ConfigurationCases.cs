using System.Runtime.CompilerServices;

namespace ScriptMta.Tests.Language;

/// <summary>A small configuration, what -bP is asked of it, and Exim's answer or error. Ours is what ScriptMta says where it differs on purpose, with the reason.</summary>
sealed record ConfigurationCase(string Name, string Text, IReadOnlyList<(string Name, string Text)> Files, string[] Words, string Answer, string? Ours)
{
    /// <summary>So that a load asks the machine for nothing, and Exim needs no log folder of its own.</summary>
    const string Basics = "keep_environment =\nlog_file_path = DIR/%slog\nprimary_hostname = mx.test\n";

    /// <summary>Of the many options of a driver.</summary>
    static readonly string[] Kept = ["command_timeout", "condition", "data", "directory_mode", "headers_add", "headers_remove", "mode"];

    /// <summary>The main file, in a folder that has all of them.</summary>
    public string WriteTo(string folder)
    {
        foreach (var (name, text) in Files) File.WriteAllText(Path.Combine(folder, name), text.Replace("DIR", folder, StringComparison.Ordinal));
        var main = Path.Combine(folder, "c.conf");
        File.WriteAllText(main, (Basics + Text).Replace("DIR", folder, StringComparison.Ordinal));
        return main;
    }

    public string Shorten(string output, string folder)
    {
        var lines = output.TrimEnd('\n').Replace(folder, "DIR", StringComparison.Ordinal).Split('\n');
        return string.Join('\n', Words.Any(w => w is "router" or "transport") ? lines.Where(l => Kept.Contains(l.Split(' ')[0])) : lines);
    }

    public override string ToString() => Name;

    public static IReadOnlyList<ConfigurationCase> All { get; } = [.. ("\n" + File.ReadAllText(FindFile())).Split("\n=== ")[1..].Select(Parse)];

    static ConfigurationCase Parse(string text)
    {
        var (given, expected) = Halves(text, "\n--- ");
        var (name, files) = Halves(given, "\n");
        var pieces = files.Split("\n@@ ");
        var (words, answer) = Halves(expected, "\n");
        var (theirs, ours) = Halves(answer, "\n!! ");
        return new(name, pieces[0] + "\n", [.. pieces[1..].Select(p => Halves(p, "\n")).Select(p => (p.Before, p.After + "\n"))], words.Split(' '),
            theirs.TrimEnd('\n'), ours.Length == 0 ? null : Halves(ours, " because ").Before.Replace("\\n", "\n", StringComparison.Ordinal));
    }

    static (string Before, string After) Halves(string text, string mark) =>
        text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + mark.Length)..]) : (text, "");

    static string FindFile([CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "cases", "syntax.txt");
}
