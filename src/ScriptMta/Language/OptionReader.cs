using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>
/// Reads the settings of one block by name and type against its table, and reports every misuse: unknown names (with the nearest known one),
/// names set twice, `no_` on a non-boolean, values of the wrong form, options known but not built. All are reported when it is made, so make
/// one reader per block. Getters return the default where a value is absent or wrong; asking for a name that the table lacks is a bug.
/// </summary>
sealed class OptionReader
{
    readonly SettingBlock _block;
    readonly Dictionary<string, Entry> _set = new(StringComparer.Ordinal);
    /// <summary>Where each name was set first, also with a wrong value.</summary>
    readonly Dictionary<string, SourceLocation> _first = new(StringComparer.Ordinal);

    public OptionReader(SettingBlock block, OptionTable table, ProblemList problems)
    {
        _block = block;
        Table = table;
        Problems = problems;
        foreach (var setting in block.Settings) Take(setting);
    }

    public OptionTable Table { get; }
    public ProblemList Problems { get; }

    /// <summary>Where the block starts.</summary>
    public SourceLocation At => _block.At;

    /// <summary>`router "users"`, `transport "smtp"`, or "main section": the beginning of every message about the block.</summary>
    public string Owner => OwnerOf(_block);

    public static string OwnerOf(SettingBlock block) => block.Kind == SettingBlock.MainKind ? "main section" : $"{block.Kind} \"{block.Name}\"";

    /// <summary>What a router or transport is set to that is not built: it has to defer all that comes to it. Null for most.</summary>
    public string? Unbuilt { get; private set; }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>Where the option was set; the block's place when it was not.</summary>
    public SourceLocation PlaceOf(string name) => Find(name) is { } entry ? entry.Values[0].At : At;

    /// <summary>Any string or list option, unexpanded; null when unset. Settings of an option that may be repeated are joined as Exim joins them; a boolean is "true" or "false".</summary>
    public OptionText? Text(string name) =>
        Find(name) is { } entry ? new(entry.Values.Select(v => v.Text).Aggregate(entry.Row.Repeats ?? ((_, last) => last)), entry.Values[0].At) : null;

    /// <summary>Each setting of an option that may be repeated, in order.</summary>
    public IReadOnlyList<OptionText> All(string name) => Find(name)?.Values ?? [];

    /// <summary>An expanded boolean that holds a template is not decided here: it gives otherwise, and Text gives the template.</summary>
    public bool Bool(string name, bool otherwise) =>
        Text(name) is { } text && OptionValues.Bool(text.Text, out var value) == ValueError.None ? value : otherwise;

    /// <summary>With K, M and G suffixes, octal 0 and hex 0x.</summary>
    public long Int(string name, long otherwise) =>
        Text(name) is { } text && OptionValues.Int(text.Text, out var value) == ValueError.None ? value : otherwise;

    public int Octal(string name, int otherwise) =>
        Text(name) is { } text && OptionValues.Octal(text.Text, out var value) == ValueError.None ? value : otherwise;

    /// <summary>Three decimals kept, in thousandths.</summary>
    public int FixedPoint(string name, int otherwise) =>
        Text(name) is { } text && OptionValues.FixedPoint(text.Text, out var value) == ValueError.None ? value : otherwise;

    public TimeSpan Time(string name, TimeSpan otherwise) =>
        Text(name) is { } text && OptionValues.Time(text.Text, out var value) ? value : otherwise;

    /// <summary>Reports that an option's value cannot be used, in words of the caller: `router "x": NAME: message`.</summary>
    public void Error(string name, string message) => Problems.Error(PlaceOf(name), $"{Owner}: {name}: {message}");

    Entry? Find(string name) =>
        Table.Find(name) is null ? throw new ArgumentException($"{Table.Owner} has no option \"{name}\"", nameof(name)) : _set.GetValueOrDefault(name);

    void Take(Setting setting)
    {
        if (RowOf(setting.Name, out var negated) is not { } row) ReportUnknown(setting);
        else if (!_first.TryAdd(row.Name, setting.At) && row.Repeats is null)
            ReportMisuse(setting.At, $"\"{setting.Name}\" option set for the second time", $" (first at {_first[row.Name]})");
        else if (OptionCheck.Complaint(row, setting, negated) is { } complaint) ReportMisuse(setting.Stray?.At ?? setting.Value?.At ?? setting.At, complaint);
        else Keep(row, setting, setting.Value is { Text.Length: > 0 } value || !OptionCheck.IsBool(row.Type) ? setting.Value!.Value : new(negated ? "false" : "true", setting.At));
    }

    /// <summary>`no_` and `not_` are taken as a prefix only where the whole is not a name.</summary>
    OptionRow? RowOf(string name, out bool negated)
    {
        negated = false;
        if (Table.Find(name) is { } row) return row;
        negated = true;
        return name.StartsWith("no_", StringComparison.Ordinal) ? Table.Find(name[3..])
            : name.StartsWith("not_", StringComparison.Ordinal) ? Table.Find(name[4..])
            : null;
    }

    void Keep(OptionRow row, Setting setting, OptionText value)
    {
        ReportStatus(row, setting.At, value.Text);
        if (!_set.TryGetValue(row.Name, out var earlier)) _set[row.Name] = new(row, [value]);
        else earlier.Values.Add(value);
    }

    void ReportUnknown(Setting setting)
    {
        var theirs = _block.Kind == SettingBlock.MainKind ? $"main option \"{setting.Name}\" unknown" : $"option \"{setting.Name}\" unknown";
        Problems.Error(setting.At, $"{Owner}: unknown option \"{setting.Name}\"{Hint(setting.Name)}", theirs);
    }

    string Hint(string name)
    {
        var names = Table.Rows.Select(r => r.Name);
        var prefix = name.StartsWith("no_", StringComparison.Ordinal) ? "no_" : name.StartsWith("not_", StringComparison.Ordinal) ? "not_" : "";
        var bools = Table.Rows.Where(r => OptionCheck.IsBool(r.Type)).Select(r => prefix + r.Name);
        return Nearest.Hint(name, prefix.Length > 0 ? bools : names);
    }

    void ReportMisuse(SourceLocation at, string theirs, string more = "") => Problems.Error(at, $"{Owner}: {theirs}{more}", theirs);

    void ReportStatus(OptionRow row, SourceLocation at, string value)
    {
        if (row.Status == OptionStatus.Built || IsInert(row, value)) return;
        var note = row.Note is null ? "" : $": {row.Note}";
        if (row.Status == OptionStatus.Harmless)
            Problems.Warn(at, $"{Owner}: option \"{row.Name}\" is known but has no effect yet{note}");
        else if (row.Status == OptionStatus.Guarded)
            Problems.Warn(at, $"{Owner}: option \"{row.Name}\" is known but not built yet{note}");
        else if (row.Status == OptionStatus.NotBuilt)
            ReportUnbuilt(at, $"option \"{row.Name}\"", note);
        else
            Problems.Error(at, $"{Owner}: option \"{row.Name}\" is not supported{note}");
    }

    /// <summary>Nobody can stand in for the main section; a driver's instance that does nothing but wait can for a driver.</summary>
    public void ReportUnbuilt(SourceLocation at, string what, string note)
    {
        var text = $"{Owner}: {what} is known but not built yet{note}";
        if (_block.Kind == SettingBlock.MainKind) Problems.Error(at, text);
        else Problems.Warn(at, $"{text}; until then this {_block.Kind} defers all that comes to it");
        Unbuilt ??= what;
    }

    static bool IsInert(OptionRow row, string value)
    {
        if (row.Inert is null) return false;
        if (!OptionCheck.IsBool(row.Type)) return value == row.Inert;
        return OptionValues.Bool(value, out var on) == ValueError.None && on == bool.Parse(row.Inert);
    }

    sealed record Entry(OptionRow Row, List<OptionText> Values);
}
