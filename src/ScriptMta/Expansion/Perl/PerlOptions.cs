using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>perl_startup and its relatives of the main section (Exim chapter 12), and what Exim has no need of.</summary>
sealed record PerlOptions
{
    public const string DefaultProgram = "/usr/bin/perl";

    /// <summary>Exim lets Perl run for ever. A minute, as a ${run program has, is longer than any peer should wait, and ends a subroutine that would hold its connection for ever.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromSeconds(60);

    /// <summary>Perl code, not a template.</summary>
    public required string Startup { get; init; }
    public bool TaintMode { get; init; }
    public string Program { get; init; } = DefaultProgram;
    /// <summary>For a whole ${perl item with all that it calls back, and for perl_startup.</summary>
    public TimeSpan TimeLimit { get; init; } = DefaultTimeLimit;

    /// <summary>Null when perl_startup is unset.</summary>
    public static PerlOptions? From(OptionReader main)
    {
        if (main.Text("perl_startup") is not { } startup) return null;
        var limit = main.Time("perl_time_limit", DefaultTimeLimit);
        if (limit <= TimeSpan.Zero) main.Error("perl_time_limit", "must be longer than 0s");
        var program = main.Text("perl_program")?.Text ?? DefaultProgram;
        if (!File.Exists(program)) main.Error(main.Has("perl_program") ? "perl_program" : "perl_startup", $"{PerlProcess.Missing(program)}");
        return new() { Startup = startup.Text, TaintMode = main.Bool("perl_taintmode", false), Program = program, TimeLimit = limit };
    }
}
