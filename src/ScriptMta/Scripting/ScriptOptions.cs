namespace ScriptMta.Scripting;

/// <summary>js_files, js_time_limit and js_statement_limit of the main section.</summary>
sealed record ScriptOptions
{
    /// <summary>Enough for hooks that go through hundreds of header fields, and some tens of milliseconds of work: the limit that gives the same answer on every machine.</summary>
    public const int DefaultStatementLimit = 100_000;

    /// <summary>Only for what the statement limit cannot see (a long search or join in one statement). Generous, since a busy machine must not turn good mail away.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromSeconds(1);

    /// <summary>JavaScript calls within calls; each takes some kilobytes of a stack of 1.5 MB.</summary>
    public const int RecursionLimit = 100;

    /// <summary>In the order in which they are run; relative names stand beside the configuration file.</summary>
    public required IReadOnlyList<string> Files { get; init; }
    public TimeSpan TimeLimit { get; init; } = DefaultTimeLimit;
    public int StatementLimit { get; init; } = DefaultStatementLimit;
}
