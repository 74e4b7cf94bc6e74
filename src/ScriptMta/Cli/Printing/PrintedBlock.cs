using ScriptMta.Common.Posix;
using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>The options of one block as -bP prints them: set or not, each with the value in force.</summary>
sealed class PrintedBlock
{
    /// <summary>Exim's -bP lists what these stand for.</summary>
    static readonly string[] Unlisted = ["daemon_smtp_port", "fail_verify", "return_size_limit", "rfc1413_port", "verify"];

    static readonly Dictionary<string, string> Synonyms = new(StringComparer.Ordinal)
    {
        ["daemon_smtp_ports"] = "daemon_smtp_port", ["daemon_smtp_port"] = "daemon_smtp_ports",
        ["bounce_return_size_limit"] = "return_size_limit", ["return_size_limit"] = "bounce_return_size_limit",
        ["verify_recipient"] = "verify", ["verify_sender"] = "verify", ["fail_verify_recipient"] = "fail_verify", ["fail_verify_sender"] = "fail_verify",
    };

    const int GroupWrite = 0x10;

    public const string NotDisplayable = "<value not displayable>";

    readonly SettingBlock _block;
    readonly OptionTable _table;
    readonly OptionReader _reader;
    readonly string _driver;
    readonly Func<string, string?> _inForce;
    readonly bool _seesHidden;

    /// <param name="block">The main section or a driver's instance.</param>
    /// <param name="table">Its options.</param>
    /// <param name="inForce">A value that the load has decided on, whatever the file says; null for most.</param>
    /// <param name="seesHidden">With the values that `hide` hides.</param>
    public PrintedBlock(SettingBlock block, OptionTable table, Func<string, string?> inForce, bool seesHidden)
    {
        (_block, _table, _inForce, _seesHidden) = (block, table, inForce, seesHidden);
        _reader = new(block, table, new ProblemList());
        _driver = DriverTables.DriverOf(block) ?? "";
    }

    /// <summary>Generic options stand before private ones.</summary>
    public static PrintedBlock OfDriver(SettingBlock block, DriverTables tables, bool seesHidden) => new(block, tables.Find(DriverTables.DriverOf(block) ?? "")!, _ => null, seesHidden);

    public IEnumerable<string> Lines(OptionTable rows, bool valuesOnly) =>
        rows.Rows.Where(row => !Unlisted.Contains(row.Name)).OrderBy(row => row.Name, StringComparer.Ordinal).Select(row => Line(row, valuesOnly));

    public IEnumerable<string> Lines(DriverTables tables, bool valuesOnly) =>
        Lines(tables.Generic, valuesOnly).Concat(Lines(new OptionTable(tables.Kind, tables.Drivers.First(d => d.Name == _driver).Options), valuesOnly));

    public string? Line(string name, bool valuesOnly) => _table.Find(name) is { } row ? Line(row, valuesOnly) : null;

    string Line(OptionRow row, bool valuesOnly)
    {
        var text = Value(row);
        if (OptionCheck.IsBool(row.Type) && OptionValues.Bool(text ?? "false", out var on) == ValueError.None) return on ? row.Name : "no_" + row.Name;
        var value = text is null ? "" : IsHidden(row.Name) && !_seesHidden ? NotDisplayable : PrintedValue.Of(row, text);
        return valuesOnly ? value : value.Length == 0 && PrintedValue.EndsAtEquals(row.Type) ? $"{row.Name} =" : $"{row.Name} = {value}";
    }

    string? Value(OptionRow row) =>
        _inForce(row.Name) ?? Written(row.Name) ?? (_driver == "redirect" ? CheckedByItself(row.Name) : null) ?? (_block.Kind == "router" && row.Name == "retry_use_local_part" ? RetryUsesLocalPart() : null)
        ?? (row.Name is "group" or "command_group" ? GroupOfUser(row.Name[..^5] + "user") : null) ?? Default(row.Name) ?? (Synonyms.GetValueOrDefault(row.Name) is { } other ? Default(other) : null);

    string? Default(string name) => OptionDefaults.Of(_block.Kind, _driver, name);

    string? Written(string name) => _reader.Text(name)?.Text ?? (Synonyms.GetValueOrDefault(name) is { } other && _table.Find(other) is not null ? _reader.Text(other)?.Text : null);

    /// <summary>A user given by name brings its group, one given by number does not.</summary>
    string? GroupOfUser(string option) =>
        _reader.Text(option)?.Text is { Length: > 0 } user && !char.IsAsciiDigit(user[0]) && Users.ByName(user) is { } row ? Users.GroupName(row.Gid) ?? $"{row.Gid}" : null;

    /// <summary>Exim's own choice where the option is not set: a redirect router that knows whose the file may be.</summary>
    string? CheckedByItself(string option) => option switch
    {
        "check_owner" => _reader.Has("owners") || _reader.Bool("check_local_user", false) ? "true" : "false",
        "check_group" => _reader.Has("owngroups") || (_reader.Bool("check_local_user", false) && (_reader.Octal("modemask", GroupWrite) & GroupWrite) == 0) ? "true" : "false",
        _ => null,
    };

    /// <summary>Exim's own choice where the option is not set: a router that looks at local parts.</summary>
    string RetryUsesLocalPart() =>
        _reader.Bool("check_local_user", false) || Array.Exists(["local_parts", "condition", "local_part_prefix", "local_part_suffix", "senders", "require_files"], _reader.Has) ? "true" : "false";

    bool IsHidden(string name) => _block.Settings.Any(s => s.Hidden && (s.Name == name || s.Name == Synonyms.GetValueOrDefault(name)));
}
