using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>An address that waits for its turn. Plan is set for files, pipes and replies, which need no router.</summary>
readonly record struct Pending(RoutedAddress Address, PlannedDelivery? Plan = null);

/// <summary>What one address came to: outcomes to report now, and what is to be routed next, in order.</summary>
sealed record RoutingStep(ImmutableArray<AddressOutcome> Outcomes, ImmutableArray<Pending> Next, Value? AddressData = null)
{
    public static RoutingStep End(AddressOutcome outcome, Value? addressData = null) => new([outcome], [], addressData);
}

/// <summary>One routing of some addresses, children before the next address. Its state is what has been seen; one owner.</summary>
sealed class RoutingRun(AddressRouter router, ExpansionContext context, RoutingPurpose purpose, IReadOnlySet<string> done)
{
    /// <summary>Exim's own bound: no sane chain of aliases is longer, and a chain that grows its address would never end.</summary>
    const int LongestAncestry = 100;

    readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public AddressRouter Router { get; } = router;
    public ExpansionContext Context { get; } = context;
    public RoutingPurpose Purpose { get; } = purpose;

    public async ValueTask<RoutingResult> ToEndAsync(IReadOnlyList<RoutedAddress> addresses, CancellationToken cancel)
    {
        var outcomes = ImmutableArray.CreateBuilder<AddressOutcome>();
        var waiting = new Stack<Pending>();
        for (var i = addresses.Count - 1; i >= 0; i--) waiting.Push(new(addresses[i]));
        while (waiting.TryPop(out var pending))
        {
            if (pending.Address.Parent is null && !Admit(pending.Address)) continue;
            var step = await StepAsync(pending, cancel).ConfigureAwait(false);
            outcomes.AddRange(step.Outcomes);
            for (var i = step.Next.Length - 1; i >= 0; i--) waiting.Push(step.Next[i]);
        }
        return new(outcomes.ToImmutable());
    }

    /// <summary>False: another address of this run has the same key, or it was done in an earlier one. Tests show everything.</summary>
    public bool Admit(RoutedAddress address)
    {
        if (Purpose is RoutingPurpose.AddressTest) return true;
        var key = address.Key;
        return !done.Contains(key) && _seen.Add(key);
    }

    async ValueTask<RoutingStep> StepAsync(Pending pending, CancellationToken cancel)
    {
        if (pending.Address.Kind == TargetKind.Address) return await OneAsync(pending.Address, cancel).ConfigureAwait(false);
        var (address, router) = (pending.Address, pending.Address.Parent?.RoutedBy);
        return RoutingStep.End(address.Problem is { } problem || pending.Plan is null
            ? new AddressOutcome.Deferred(address, router, address.Problem ?? "no transport")
            : new AddressOutcome.Deliver(address, pending.Plan));
    }

    /// <summary>Routes one address, not its children.</summary>
    public async ValueTask<RoutingStep> OneAsync(RoutedAddress address, CancellationToken cancel)
    {
        if (address.Ancestors.Count() > LongestAncestry)
            return RoutingStep.End(new AddressOutcome.Deferred(address, null, $"routing loop for {address.Address}"));
        using var scope = Context.Trace?.Nest("address", SourceLocation.BuiltIn(""), address.Address.ToString());
        var hacked = PercentHack.Apply(Router.Dependencies, address.Address, Context, out var meant);
        if (hacked.IsDefer) return RoutingStep.End(new AddressOutcome.Deferred(address, null, hacked.Reason ?? "percent_hack_domains cannot be decided"));
        if (hacked.IsYes) return Hacked(address, meant);
        var walk = new RouterWalk(this, address);
        RoutingStep? step;
        do step = await walk.NextAsync(cancel).ConfigureAwait(false);
        while (step is null);
        return step;
    }

    /// <summary>As if a router had redirected it.</summary>
    RoutingStep Hacked(RoutedAddress address, MailAddress meant)
    {
        var parent = address with { RoutedBy = "percent_hack_domains" };
        var child = address with { Address = meant, Parent = parent };
        return Admit(child)
            ? new([new AddressOutcome.Redirected(address, "percent_hack_domains", [child])], [new Pending(child)])
            : new([new AddressOutcome.Redirected(address, "percent_hack_domains", [])], []);
    }
}
