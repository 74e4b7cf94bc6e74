using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Scripting;

/// <summary>js_files, js_time_limit, js_statement_limit and js_body_limit of the main section.</summary>
sealed record ScriptOptions
{
    /// <summary>Enough for hooks that go through hundreds of header fields, and some tens of milliseconds of work: the limit that gives the same answer on every machine.</summary>
    public const int DefaultStatementLimit = 100_000;

    /// <summary>Only for what the statement limit cannot see (a long search or join in one statement). Generous, since a busy machine must not turn good mail away.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromSeconds(1);

    /// <summary>A body in a script is for looking at, not for copying around; each of its characters takes two bytes, several times over, in as many calls as run at once.</summary>
    public const int DefaultBodyLimit = 1 << 20;

    /// <summary>Half of what a text of .NET can hold is left for what a script makes of it.</summary>
    const int LargestBodyLimit = 256 << 20;

    /// <summary>JavaScript calls within calls; each takes some kilobytes of a stack of 1.5 MB.</summary>
    public const int RecursionLimit = 100;

    /// <summary>In the order in which they are run; relative names stand beside the configuration file.</summary>
    public required IReadOnlyList<string> Files { get; init; }
    public TimeSpan TimeLimit { get; init; } = DefaultTimeLimit;
    public int StatementLimit { get; init; } = DefaultStatementLimit;

    /// <summary>Most bytes that mta.message.body() gives.</summary>
    public int BodyLimit { get; init; } = DefaultBodyLimit;

    /// <summary>The engine's own start takes some tens of statements; less than this cannot run anything.</summary>
    const int LeastStatements = 1000;

    /// <summary>Null when js_files is unset or a limit makes no sense (then reported).</summary>
    public static ScriptOptions? From(OptionReader main)
    {
        if (main.Text("js_files") is not { } files) return null;
        var time = main.Time("js_time_limit", DefaultTimeLimit);
        var statements = main.Int("js_statement_limit", DefaultStatementLimit);
        var body = main.Int("js_body_limit", DefaultBodyLimit);
        if (body is < 0 or > LargestBodyLimit) main.Error("js_body_limit", $"must be from 0 to {LargestBodyLimit >> 20}M");
        if (time <= TimeSpan.Zero) main.Error("js_time_limit", "must be longer than 0s");
        if (statements is < LeastStatements or > int.MaxValue) main.Error("js_statement_limit", $"must be from {LeastStatements} to {int.MaxValue}");
        return time <= TimeSpan.Zero || statements is < LeastStatements or > int.MaxValue || body is < 0 or > LargestBodyLimit ? null
            : new() { Files = new ListText(files.Text).ToList(), TimeLimit = time, StatementLimit = (int)statements, BodyLimit = (int)body };
    }
}
