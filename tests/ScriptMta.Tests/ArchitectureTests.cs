using System.Reflection;
using System.Text.RegularExpressions;

namespace ScriptMta.Tests;

/// <summary>The direction of dependency and the size limits (architecture §1, conventions "Size and shape"), checked on the sources themselves.</summary>
public sealed class ArchitectureTests
{
    /// <summary>A chapter may use only chapters before it. Mail stands above Logging here: it is pure and logs nothing, and log lines name a MessageId.</summary>
    static readonly string[] Chapters =
    [
        "Common", "Mail", "Logging", "Dns", "Network", "Language", "Expansion", "Lookups", "Scripting", "Filtering", "Smtp",
        "Authentication", "MailAuth", "Spool", "Routing", "Acl", "Reception", "Transports", "Queue", "Admin", "Hosting", "Cli",
    ];

    /// <summary>Reception hands a message to the spool and must not know who takes it from there.</summary>
    static readonly (string Chapter, string MustNotUse)[] Forbidden = [("Admin", "Cli"), ("Reception", "Queue"), ("Transports", "Queue")];

    const int MostLines = 400;

    [Fact]
    public void A_chapter_uses_only_chapters_above_it()
    {
        var wrong = new List<string>();
        foreach (var file in ProductFiles())
        {
            var chapter = ChapterOf(file);
            if (chapter is null) continue;
            foreach (Match use in Regex.Matches(File.ReadAllText(file), @"\bScriptMta\.([A-Z][A-Za-z]+)\b"))
                if (Array.IndexOf(Chapters, use.Groups[1].Value) > Array.IndexOf(Chapters, chapter))
                    wrong.Add($"{Relative(file)} uses {use.Value}");
        }
        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void A_relative_name_does_not_hide_a_use_of_a_chapter_below()
    {
        var wrong = new List<string>();
        foreach (var file in ProductFiles())
        {
            var chapter = ChapterOf(file);
            if (chapter is null) continue;
            var below = Chapters[(Array.IndexOf(Chapters, chapter) + 1)..];
            foreach (Match use in Regex.Matches(WithoutText(File.ReadAllText(file)), @"(?<![\w.])([A-Z][A-Za-z]+)\.[A-Z]\w+"))
                if (below.Contains(use.Groups[1].Value) && !IsMember(use.Groups[1].Value, file))
                    wrong.Add($"{Relative(file)} uses {use.Value}");
        }
        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void Every_folder_has_a_place_in_the_list()
    {
        var folders = Directory.GetDirectories(ProductFolder).Select(Path.GetFileName).Where(f => f is not ("bin" or "obj"));
        Assert.Empty(folders.Except(Chapters));
    }

    [Fact]
    public void Reception_and_its_neighbours_keep_their_distance()
    {
        foreach (var (chapter, mustNotUse) in Forbidden)
            foreach (var file in ProductFiles().Where(f => ChapterOf(f) == chapter))
                Assert.DoesNotContain($"ScriptMta.{mustNotUse}", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_is_over_400_lines()
    {
        var tooLong = SourceFiles().Select(f => (File: f, Lines: File.ReadLines(f).Count())).Where(f => f.Lines > MostLines)
            .Select(f => $"{Relative(f.File)}: {f.Lines} lines");
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Classes_are_sealed_abstract_or_static()
    {
        var open = typeof(ScriptMta.Common.SourceLocation).Assembly.GetTypes()
            .Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false } && t.Namespace?.StartsWith("ScriptMta", StringComparison.Ordinal) == true)
            .Select(t => t.FullName);
        Assert.Empty(open);
    }

    [Fact]
    public void Names_say_what_a_type_is()
    {
        string[] empty = ["Manager", "Helper", "Utils", "Base", "Impl", "Info"];
        var vague = typeof(ScriptMta.Common.SourceLocation).Assembly.GetTypes()
            .Where(t => t.Namespace?.StartsWith("ScriptMta", StringComparison.Ordinal) == true && empty.Any(e => t.Name.EndsWith(e, StringComparison.Ordinal)))
            .Select(t => t.FullName);
        Assert.Empty(vague);
    }

    [Fact]
    public void Only_the_scripting_chapter_knows_the_engine()
    {
        var users = ProductFiles().Where(f => ChapterOf(f) != "Scripting" && Regex.IsMatch(File.ReadAllText(f), @"\busing Jint\b|\bJint\."));
        Assert.Empty(users.Select(Relative));
    }

    /// <summary>
    /// Text is bytes (architecture §2): .NET's Trim takes the bytes 85 and A0 for blanks and ToLower changes the bytes C0 to DE, both of which tear letters of UTF-8 apart. AsciiSpace and AsciiCase
    /// do not. Here stand the files whose text is real Unicode, with the reason.
    /// </summary>
    static readonly Dictionary<string, string> UnicodeText = new()
    {
        ["src/ScriptMta/Expansion/Operators/LabelOperators.cs"] = "domains are lowered as Unicode before IDNA",
        ["src/ScriptMta/Lookups/PublicSuffix/SuffixList.cs"] = "domains are lowered as Unicode before IDNA",
    };

    [Fact]
    public void Byte_text_is_trimmed_and_lowered_as_ASCII()
    {
        var wrong = ProductFiles().Where(file => !UnicodeText.ContainsKey(Relative(file))).SelectMany(file => File.ReadLines(file).Select((line, i) => (Line: line, Place: $"{Relative(file)}:{i + 1}")))
            .Where(one => Regex.IsMatch(one.Line, @"\.(Trim|TrimStart|TrimEnd|ToLower|ToUpper|ToLowerInvariant|ToUpperInvariant)\(\)|\bchar\.(To(Lower|Upper)|Is(WhiteSpace|Letter|Digit|Number|Upper|Lower|Control|Punctuation|Symbol|Separator)\b|IsLetterOrDigit)|IsNullOrWhiteSpace|\bParse\.(WhiteSpace|Letter|Digit|LetterOrDigit|Upper|Lower)\b"))
            .Select(one => $"{one.Place}: {one.Line.Trim()}");
        Assert.Empty(wrong);
    }

    static string Root { get; } = FindRoot();
    static string ProductFolder => Path.Combine(Root, "src", "ScriptMta");

    static string FindRoot([System.Runtime.CompilerServices.CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));

    static IEnumerable<string> ProductFiles() => Directory.EnumerateFiles(ProductFolder, "*.cs", SearchOption.AllDirectories).Where(IsOurs);

    static IEnumerable<string> SourceFiles() =>
        ProductFiles().Concat(Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories).Where(IsOurs));

    static bool IsOurs(string file) => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal);

    static string Relative(string file) => Path.GetRelativePath(Root, file);

    static string? ChapterOf(string file)
    {
        var parts = Path.GetRelativePath(ProductFolder, file).Split('/');
        return parts.Length > 1 ? parts[0] : null;
    }

    /// <summary>A property called like a chapter (x.Queue, Logging: …) is no use of it when the chapter's namespace is not imported and no such namespace-qualified type exists.</summary>
    static bool IsMember(string name, string file) =>
        Regex.IsMatch(File.ReadAllText(file), $@"\b{name}\b\s*(\{{|=>|;|=[^=]|,|\))");

    static string WithoutText(string source) =>
        Regex.Replace(Regex.Replace(source, @"//[^\n]*", ""), "\"(?:\\\\.|[^\"\\\\\n])*\"", "\"\"");
}
