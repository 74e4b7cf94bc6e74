using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

/// <summary>A condition of the tree. After trouble (a failed expansion) the answer means nothing and the run says so.</summary>
abstract record FilterCondition
{
    public const string Where = "filter file";

    public abstract bool IsTrue(FilterRun run);
}

sealed record NotCondition(FilterCondition Inner) : FilterCondition
{
    public override bool IsTrue(FilterRun run) => !Inner.IsTrue(run);
}

sealed record AndCondition(FilterCondition Left, FilterCondition Right) : FilterCondition
{
    public override bool IsTrue(FilterRun run) => Left.IsTrue(run) && !run.HasTrouble && Right.IsTrue(run);
}

sealed record OrCondition(FilterCondition Left, FilterCondition Right) : FilterCondition
{
    public override bool IsTrue(FilterRun run) => Left.IsTrue(run) || (!run.HasTrouble && Right.IsTrue(run));
}

/// <summary>delivered, error_message, first_delivery, manually_thawed.</summary>
sealed record FactCondition(string Name, Func<FilterRun, bool> Ask) : FilterCondition
{
    public override bool IsTrue(FilterRun run) => Ask(run);
}
