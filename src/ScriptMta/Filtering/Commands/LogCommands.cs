using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

/// <summary>filter.txt 3.15.</summary>
sealed record LogFileCommand(SourceLocation At, CommandPrefix Prefix, Template Path, int? Mode) : FilterCommand(At)
{
    /// <summary>filter.txt 3.15.</summary>
    const int DefaultMode = 0b110_000_000;

    public override bool Run(FilterRun run)
    {
        if (!run.TryExpand(Path, "logfile command", out var path)) return false;
        run.List($"{(Prefix.Seen == true ? "Seen logfile" : "Logfile")} {path}");
        run.LogFile = (path, Mode ?? DefaultMode);
        if (Prefix.IsSignificantOther) run.MarkSignificant();
        return true;
    }
}

/// <summary>filter.txt 3.15. Without a logfile a system filter writes to the main log.</summary>
sealed record LogWriteCommand(SourceLocation At, CommandPrefix Prefix, Template Text) : FilterCommand(At)
{
    public override bool Run(FilterRun run)
    {
        if (!run.TryExpand(Text, "logwrite command", out var value)) return false;
        var text = value.Text.EndsWith('\n') ? value.Text : value.Text + "\n";
        run.List($"{(Prefix.Seen == true ? "Seen logwrite" : "Logwrite")} \"{text}\"");
        if (Prefix.IsSignificantOther) run.MarkSignificant();
        if (run.LogFile is null && !run.Rules.IsSystem)
            return run.IsListing || run.Fail("attempt to obey \"logwrite\" command without a previous \"logfile\"");
        run.Add(new FilterAction.LogWrite(run.LogFile?.Path, run.LogFile?.Mode ?? 0, text));
        return true;
    }
}

/// <summary>filter.txt 3.17: nothing but a line of -bf, and a step in a trace.</summary>
sealed record TestPrintCommand(SourceLocation At, CommandPrefix Prefix, Template Text) : FilterCommand(At)
{
    public override bool Run(FilterRun run)
    {
        if (Prefix.IsSignificantOther) run.MarkSignificant();
        if (!run.TryExpand(Text, "testprint command", out var value)) return false;
        run.List($"Testprint: {value}");
        return true;
    }
}
