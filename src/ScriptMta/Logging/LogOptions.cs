using System.Collections.Frozen;

namespace ScriptMta.Logging;

/// <summary>What log_selector and its relatives chose, by selector name without sign (Exim 53.15).</summary>
sealed record LogOptions
{
    /// <summary>The selectors that Exim has on when log_selector is unset.</summary>
    public static readonly LogOptions Default = new(LogSelectorTable.Rows.Where(row => row.IsDefault).Select(row => row.Name).ToHashSet(StringComparer.Ordinal));

    public LogOptions(IReadOnlySet<string> selectors)
    {
        Selectors = selectors.ToFrozenSet(StringComparer.Ordinal);
        (Millisecond, Pid) = (Has("millisec"), Has("pid"));
    }

    public FrozenSet<string> Selectors { get; }
    public bool Millisecond { get; }
    public bool Pid { get; }

    /// <summary>log_timezone: the offset from UTC behind the time.</summary>
    public bool ShowsZone { get; init; }
    /// <summary>write_rejectlog.</summary>
    public bool WritesRejectLog { get; init; } = true;
    /// <summary>log_format = json: each line is a JSON object with the same facts.</summary>
    public bool IsJson { get; init; }
    /// <summary>Where the log files are; empty = not in files.</summary>
    public string Directory { get; init; } = "";

    public bool Has(string selector) => Selectors.Contains(selector);
}
