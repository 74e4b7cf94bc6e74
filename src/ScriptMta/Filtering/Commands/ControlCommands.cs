using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

sealed record IfBranch(FilterCondition Condition, ImmutableArray<FilterCommand> Commands);

/// <summary>filter.txt 3.21.</summary>
sealed record IfCommand(SourceLocation At, ImmutableArray<IfBranch> Branches, ImmutableArray<FilterCommand> Otherwise) : FilterCommand(At)
{
    public override bool Run(FilterRun run)
    {
        var thisAddress = run.ThisAddress;
        var goesOn = FilterProgram.RunAll(Chosen(run), run) && !run.HasTrouble;
        run.ThisAddress = thisAddress;
        return goesOn;
    }

    ImmutableArray<FilterCommand> Chosen(FilterRun run)
    {
        foreach (var branch in Branches)
        {
            var answer = branch.Condition.IsTrue(run);
            if (run.HasTrouble) return [];
            if (answer) return branch.Commands;
        }
        return Otherwise;
    }
}

/// <summary>filter.txt 3.16.</summary>
sealed record FinishCommand(SourceLocation At, CommandPrefix Prefix) : FilterCommand(At)
{
    public override bool Run(FilterRun run)
    {
        run.List(Prefix.Seen == true ? "Seen finish" : "Finish");
        if (Prefix.IsSignificantOther) run.MarkSignificant();
        return false;
    }
}

/// <summary>filter.txt 3.10: 32-bit numbers that wrap, as Exim's do.</summary>
sealed record AddCommand(SourceLocation At, CommandPrefix Prefix, Template Amount, Template Variable) : FilterCommand(At)
{
    const string Where = "add command";

    public override bool Run(FilterRun run)
    {
        if (!run.TryExpand(Amount, Where, out var amount) || !run.TryExpand(Variable, Where, out var variable)) return false;
        if (!long.TryParse(amount.Text, System.Globalization.NumberStyles.AllowLeadingSign | System.Globalization.NumberStyles.AllowLeadingWhite, null, out var number))
            return run.Fail($"malformed number \"{amount.Text}\" in \"add\" command");
        if (variable.Text is not ['n', >= '0' and <= '9' and var digit]) return run.Fail($"unknown variable \"{variable.Text}\" in \"add\" command");
        run.List($"{(Prefix.Seen == true ? "Seen add" : "Add")} {unchecked((int)number)} to n{digit}");
        run.SetNumber(digit - '0', unchecked(run.Number(digit - '0') + (int)number));
        if (Prefix.IsSignificantOther) run.MarkSignificant();
        return true;
    }
}

enum EndingKind { Defer, Fail, Freeze }

/// <summary>Chapter 47.5: the last command that is obeyed. A freeze is passed over when an administrator has thawed the message.</summary>
sealed record EndingCommand(SourceLocation At, EndingKind Kind, Template? Text) : FilterCommand(At)
{
    public override bool Run(FilterRun run)
    {
        var text = Value.Empty;
        var name = Kind.ToString().LowerAscii();
        if (Text is not null && !run.TryExpand(Text, name + " command", out text)) return false;
        run.List($"{Kind} text \"{text}\"");
        if (Kind == EndingKind.Freeze && run.Context.Message.ManuallyThawed) return true;
        run.Add(Kind switch
        {
            EndingKind.Defer => new FilterAction.Defer(text.Text),
            EndingKind.Freeze => new FilterAction.Freeze(text.Text),
            _ => Failure(text.Text),
        });
        return false;
    }

    static FilterAction.Fail Failure(string text) =>
        text.StartsWith("<<", StringComparison.Ordinal) && text.IndexOf(">>", StringComparison.Ordinal) is > 0 and var end
            ? new(text[(end + 2)..], text[2..end]) : new(text, text);
}
