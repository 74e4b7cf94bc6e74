using System.Collections.Frozen;
using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>One alias: its name, its targets as written (continuation lines joined with a space), and where it stands.</summary>
sealed record AliasEntry(string Name, string Targets, SourceLocation At, ImmutableArray<AliasPiece> Pieces)
{
    /// <summary>Where the character at an offset of Targets stands.</summary>
    public SourceLocation PlaceOf(int offset)
    {
        var piece = Pieces.Last(p => p.Start <= Math.Max(offset, 0));
        return piece.At.Plus(Math.Max(offset, 0) - piece.Start);
    }
}

/// <summary>A physical line's share of the targets: where it begins in them and in the file.</summary>
readonly record struct AliasPiece(int Start, SourceLocation At);

/// <summary>
/// An alias file (aliases(5)): <c>name: target, target</c>, continued by lines that begin with white space, "#" comments, names in quotes where they hold
/// spaces or colons. Names are compared without case; of two with one name the first counts, as in an lsearch.
/// </summary>
sealed record AliasFile(string Path, ImmutableArray<AliasEntry> Entries)
{
    public const string Usual = "/etc/aliases";

    /// <summary>Null, and a problem, when the file cannot be read.</summary>
    public static AliasFile? Read(string path, ProblemList problems)
    {
        try { return Parse(path, Latin1.Decode(File.ReadAllBytes(path)), problems); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Error(SourceLocation.BuiltIn(path), $"cannot read alias file: {error.Message}");
            return null;
        }
    }

    public static AliasFile Parse(string path, string text, ProblemList problems) => new(path, new AliasReader(path, problems).Read(text));

    public FrozenDictionary<string, AliasEntry> ByName() =>
        Entries.GroupBy(e => e.Name, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The line that newaliases has always printed: longest is the longest list of targets, total is names and targets together.</summary>
    public string Summary
    {
        get
        {
            var longest = Entries.Length == 0 ? 0 : Entries.Max(e => e.Targets.Length);
            return $"{Path}: {Entries.Length} aliases, longest {longest} bytes, {Entries.Sum(e => e.Name.Length + e.Targets.Length)} bytes total";
        }
    }
}
