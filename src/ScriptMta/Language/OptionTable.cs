namespace ScriptMta.Language;

/// <summary>Exim's value types (chapter 6). Int has 32 bits and LongInt 64, as in Exim. Expanded = a string that is expanded at use; *List types keep their text, the list is split at use.</summary>
enum OptionType { Bool, Int, Octal, FixedPoint, Time, Text, Expanded, TextList, DomainList, HostList, AddressList, LocalPartList, UserId, GroupId, UserIdList, GroupIdList, ExpandedUserId, ExpandedGroupId, ExpandedBool, ExpandedInt, ExpandedTime, LongInt, TimeList }

/// <summary>
/// Built: it does what Exim's manual says. The next three are scheduled. Harmless: without it no message is lost, goes elsewhere or is accepted that a rule
/// would refuse; one warning by name at load. Guarded: a warning, too, and whoever would obey it takes the safe side until it is built: a host that may
/// only be reached with what is missing is not tried, a verification that cannot be made defers. NotBuilt: going on without it is not safe; a router or
/// transport that is set to it gets a warning and defers all that comes to it, while in the main section it is a load error whose Note says what would happen. Refused: will never be built; Note says why and what to use.
/// </summary>
enum OptionStatus { Built, Harmless, Guarded, NotBuilt, Refused }

sealed record OptionRow(string Name, OptionType Type, OptionStatus Status = OptionStatus.Built, string? Note = null)
{
    /// <summary>The value that asks for what happens anyway: an option that is not built may be set to it without a complaint.</summary>
    public string? Inert { get; init; }
    /// <summary>How a second setting is joined to the first; null where Exim allows only one.</summary>
    public Func<string, string, string>? Repeats { get; init; }
}

/// <summary>The names that one kind of block may set. Owner is how messages call it: "main section", "router \"users\"" gets its kind from the block.</summary>
sealed class OptionTable(string owner, IEnumerable<OptionRow> rows)
{
    // Not frozen: a command that starts, looks up ten names and ends would pay more for the freezing.
    readonly Dictionary<string, OptionRow> _rows = rows.ToDictionary(r => r.Name, StringComparer.Ordinal);

    public string Owner { get; } = owner;
    public IEnumerable<OptionRow> Rows => _rows.Values;
    public OptionRow? Find(string name) => _rows.GetValueOrDefault(name);

    /// <summary>A table with the rows of both: a driver's own options and the generic ones of its kind.</summary>
    public OptionTable With(OptionTable other) => new(Owner, Rows.Concat(other.Rows));
}
