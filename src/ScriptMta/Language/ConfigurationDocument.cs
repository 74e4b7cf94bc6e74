using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>
/// A configuration file as read: macros replaced, includes and conditionals done, logical lines joined, each thing with its place. No
/// option has been interpreted. Section order is kept.
/// </summary>
sealed record ConfigurationDocument
{
    /// <summary>The main file, as named; for -bP config_file and relative .include.</summary>
    public required string File { get; init; }
    public required SettingBlock Main { get; init; }
    public required IReadOnlyList<NamedList> NamedLists { get; init; }
    public required IReadOnlyList<AclBlock> Acls { get; init; }
    public required IReadOnlyList<SettingBlock> Routers { get; init; }
    public required IReadOnlyList<SettingBlock> Transports { get; init; }
    public required IReadOnlyList<SettingBlock> Authenticators { get; init; }
    /// <summary>Logical lines of `begin retry` and `begin rewrite`; their grammars live where they are used.</summary>
    public required IReadOnlyList<LogicalLine> Retry { get; init; }
    public required IReadOnlyList<LogicalLine> Rewrite { get; init; }
    /// <summary>All logical lines in order, macro definitions among them; for -bP config.</summary>
    public required IReadOnlyList<LogicalLine> Lines { get; init; }
    /// <summary>User macros at the end of reading, for -bP macros and for tests.</summary>
    public required IReadOnlyDictionary<string, string> Macros { get; init; }
    /// <summary>Those that were defined before the first line.</summary>
    public required Func<Dictionary<string, string>> BuiltInMacros { get; init; }
}

/// <summary>A logical line after joining and macro replacement; At is the first physical line's first non-blank character.</summary>
sealed record LogicalLine(string Text, SourceLocation At)
{
    /// <summary>The physical lines that it was joined from, in order of Offset; empty for a line that no file holds.</summary>
    public IReadOnlyList<LinePiece> Pieces { get; init; } = [];

    /// <summary>Where the character at an offset of Text stands in the file: its own physical line, in that line's columns before macro replacement.</summary>
    public SourceLocation PlaceOf(int offset)
    {
        for (var i = Pieces.Count - 1; i >= 0; i--)
        {
            if (Pieces[i].Offset <= offset) return Pieces[i].PlaceOf(offset);
        }
        return At.Plus(offset);
    }

    /// <summary>The rest of the line from an offset, with its place kept.</summary>
    public LogicalLine From(int offset) => new(Text[offset..], PlaceOf(offset)) { Pieces = [.. Pieces.Select(p => p with { Offset = p.Offset - offset })] };
}

/// <summary>An ACL with its logical lines, one statement part each (verb line, condition, modifier), unparsed.</summary>
sealed record AclBlock(string Name, SourceLocation At, IReadOnlyList<LogicalLine> Lines);

/// <summary>The main section (Name is "") or one driver instance.</summary>
sealed record SettingBlock(string Kind, string Name, SourceLocation At, IReadOnlyList<Setting> Settings)
{
    /// <summary>The Kind of the main section; the other kinds are "router", "transport" and "authenticator".</summary>
    public const string MainKind = "main";
}

/// <summary>
/// One option line. Name as written (perhaps "no_split_spool_directory"); Value is null where no "=" stood, else the text after it with a
/// quoted string already unquoted. Hidden = the `hide` prefix.
/// </summary>
sealed record Setting(string Name, SourceLocation At, OptionText? Value, bool Hidden = false)
{
    /// <summary>The value stood in double quotes, which only options of a string type may have.</summary>
    public bool Quoted { get; init; }
    /// <summary>What follows the name where neither "=" nor the end of the line does; OptionReader reports it in words that fit the option's type.</summary>
    public OptionText? Stray { get; init; }
}

/// <summary>The text of an option value and where it starts.</summary>
readonly record struct OptionText(string Text, SourceLocation At);

enum NamedListKind { Domain, Host, Address, LocalPart }

/// <summary>domainlist, hostlist, addresslist or localpartlist NAME = TEXT. Cache = the `_cache` form.</summary>
sealed record NamedList(NamedListKind Kind, string Name, OptionText Value, bool Cache, bool Hidden = false);
