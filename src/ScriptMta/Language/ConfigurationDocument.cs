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
    /// <summary>User macros at the end of reading, for -bP macros and for tests.</summary>
    public required IReadOnlyDictionary<string, string> Macros { get; init; }
}

/// <summary>A logical line after joining and macro replacement; At is the first physical line's first non-blank character.</summary>
sealed record LogicalLine(string Text, SourceLocation At);

/// <summary>An ACL with its logical lines, one statement part each (verb line, condition, modifier), unparsed.</summary>
sealed record AclBlock(string Name, SourceLocation At, IReadOnlyList<LogicalLine> Lines);

/// <summary>The main section (Name is "") or one driver instance.</summary>
sealed record SettingBlock(string Kind, string Name, SourceLocation At, IReadOnlyList<Setting> Settings);

/// <summary>
/// One option line. Name as written (perhaps "no_split_spool_directory"); Value is null where no "=" stood, else the text after it with a
/// quoted string already unquoted. Hidden = the `hide` prefix.
/// </summary>
sealed record Setting(string Name, SourceLocation At, OptionText? Value, bool Hidden = false);

/// <summary>The text of an option value and where it starts.</summary>
readonly record struct OptionText(string Text, SourceLocation At);

enum NamedListKind { Domain, Host, Address, LocalPart }

/// <summary>domainlist, hostlist, addresslist or localpartlist NAME = TEXT. Cache = the `_cache` form.</summary>
sealed record NamedList(NamedListKind Kind, string Name, OptionText Value, bool Cache, bool Hidden = false);
