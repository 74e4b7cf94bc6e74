namespace ScriptMta.Expansion;

/// <summary>${perl{subroutine}{argument}…} (Exim chapter 12). What Perl returns counts as clean, as in Exim.</summary>
static class PerlItem
{
    /// <summary>The subroutine and its eight arguments.</summary>
    public const int MostArguments = 9;

    public static ExpandedKind Run(Evaluation evaluation, Value[] arguments)
    {
        if (evaluation.Context.Refusal(ForbiddenItems.Perl) is { } refusal) return evaluation.Fail(refusal);
        if (evaluation.Context.Environment.Perl is not { } perl) return evaluation.Fail("A setting of perl_startup is needed when using the Perl interpreter");
        return evaluation.Take(perl.Call(arguments[0].Text, arguments.Skip(1).Select(argument => argument.Text), evaluation.Context));
    }
}
