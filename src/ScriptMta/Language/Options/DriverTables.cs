
namespace ScriptMta.Language;

/// <summary>A driver and its private options. Note says what to do instead, where the driver is not built.</summary>
sealed record DriverRow(string Name, OptionRow[] Options, OptionStatus Status = OptionStatus.Built, string? Note = null);

/// <summary>The drivers of one kind with their generic and private options.</summary>
sealed class DriverTables(string kind, OptionTable generic, params DriverRow[] drivers)
{
    readonly Dictionary<string, OptionTable> _tables = drivers.ToDictionary(d => d.Name, d => new OptionTable(kind, d.Options).With(generic));

    /// <summary>"router", "transport" or "authenticator".</summary>
    public string Kind { get; } = kind;
    public OptionTable Generic { get; } = generic;
    public IReadOnlyList<DriverRow> Drivers { get; } = drivers;

    /// <summary>Generic and private options of a driver.</summary>
    public OptionTable? Find(string driver) => _tables.GetValueOrDefault(driver);

    /// <summary>The value of the block's `driver` option, unchecked.</summary>
    public static string? DriverOf(SettingBlock block) => block.Settings.FirstOrDefault(s => s.Name == "driver")?.Value?.Text;

    /// <summary>A reader for the block's driver; null when it names none that there is, which has then been reported.</summary>
    public OptionReader? Open(SettingBlock block, ProblemList problems)
    {
        var setting = block.Settings.FirstOrDefault(s => s.Name == "driver");
        var owner = OptionReader.OwnerOf(block);
        if (setting?.Value is not { } driver)
        {
            problems.Error(block.At, $"{owner}: no driver defined", $"no driver defined for {owner}");
            return null;
        }
        if (Find(driver.Text) is not { } table)
        {
            problems.Error(driver.At, $"{owner}: cannot find {Kind} driver \"{driver.Text}\"{Nearest.Hint(driver.Text, _tables.Keys)}",
                $"{Kind} {block.Name}: cannot find {Kind} driver \"{driver.Text}\"");
            return null;
        }
        ReportEarlyOptions(block, setting, problems);
        var reader = new OptionReader(block, table, problems);
        ReportStatus(reader, driver);
        return reader;
    }

    void ReportStatus(OptionReader reader, OptionText driver)
    {
        var row = Drivers.First(d => d.Name == driver.Text);
        var note = row.Note is null ? "" : $": {row.Note}";
        if (row.Status == OptionStatus.NotBuilt) reader.ReportUnbuilt(driver.At, $"driver \"{row.Name}\"", note);
        else if (row.Status == OptionStatus.Refused) reader.Problems.Error(driver.At, $"{reader.Owner}: driver \"{row.Name}\" is not supported{note}");
    }

    /// <summary>Private options have a meaning only after `driver` has said whose they are (Exim chapter 6.23).</summary>
    void ReportEarlyOptions(SettingBlock block, Setting driver, ProblemList problems)
    {
        foreach (var early in block.Settings.TakeWhile(s => s != driver))
        {
            var theirs = $"option \"{early.Name}\" unknown (\"driver\" must be specified before any private options)";
            if (IsPrivate(early.Name, driver.Value!.Value.Text)) problems.Error(early.At, $"{OptionReader.OwnerOf(block)}: {theirs}", theirs);
        }
    }

    bool IsPrivate(string name, string driver)
    {
        var bare = name.StartsWith("no_", StringComparison.Ordinal) ? name[3..] : name.StartsWith("not_", StringComparison.Ordinal) ? name[4..] : name;
        return Generic.Find(name) is null && Generic.Find(bare) is null && Find(driver) is { } table && (table.Find(name) ?? table.Find(bare)) is not null;
    }
}
