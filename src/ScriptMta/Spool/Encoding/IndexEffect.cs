namespace ScriptMta.Spool;

/// <summary>What change or state records mean to the index; null = nothing.</summary>
readonly record struct IndexEffect(Ending? Ending, bool? Frozen, long? NextTicks, bool? SetAside)
{
    public static IndexEffect Of(IReadOnlyList<SpoolChange> changes)
    {
        var effect = default(IndexEffect);
        foreach (var change in changes) effect = effect.Then(change);
        return effect;
    }

    public static IndexEffect Of(DeliveryState state) => new(null, state.FrozenSince is not null, (state.SetAsideUntil ?? state.NextAttempt).UtcTicks, state.SetAsideUntil is not null);

    IndexEffect Then(SpoolChange change) => change switch
    {
        SpoolChange.Completed completed => this with { Ending = completed.How },
        SpoolChange.Attempted attempted => this with { NextTicks = attempted.NextAttempt.UtcTicks },
        SpoolChange.Frozen => this with { Frozen = true },
        SpoolChange.Thawed => this with { Frozen = false },
        SpoolChange.SetAside aside => this with { SetAside = true, NextTicks = aside.Until.UtcTicks },
        SpoolChange.Restored => this with { SetAside = false, NextTicks = DateTimeOffset.MinValue.UtcTicks },
        _ => this,
    };
}
