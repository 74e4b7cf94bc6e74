using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>
/// Carries out what a router said about an address that it took: plans the delivery or adopts the children, and with "unseen" lets a clone
/// of the address go on to the next router.
/// </summary>
sealed class AnsweredVisit(RoutingRun run, RouterVisit visit, RoutedAddress address, string? nextRouter)
{
    string Router => visit.Options.Name;

    public async ValueTask<RoutingStep> StepAsync(RouterAnswer answer, CancellationToken cancel)
    {
        if (ForcedFailure is { } forced) return Said("verification fails here (fail_verify)", new AddressOutcome.Failed(address, Router, forced) { IsForced = true });
        var unseen = RouterFlags.Value(visit.Options.Unseen, "unseen", visit);
        if (unseen.IsDefer) return Deferred(unseen.Reason ?? "");
        if (!unseen.IsYes || nextRouter is null) return await TakeAsync(answer, address, cancel).ConfigureAwait(false);
        return await TakeAndGoOnAsync(answer, nextRouter, cancel).ConfigureAwait(false);
    }

    string? ForcedFailure =>
        (run.Purpose == RoutingPurpose.VerifySender && visit.Options.FailVerifySender) || (run.Purpose == RoutingPurpose.VerifyRecipient && visit.Options.FailVerifyRecipient)
            ? $"{Router} router forced verify failure" : null;

    async ValueTask<RoutingStep> TakeAndGoOnAsync(RouterAnswer answer, string next, CancellationToken cancel)
    {
        var copy = address with { Parent = address, IsUnseenCopy = true, UnseenRouter = Router, StartAt = null };
        var clone = Clone(address, next);
        var taken = run.Admit(copy) ? await TakeAsync(answer, copy, cancel).ConfigureAwait(false) : new RoutingStep([], []);
        var goesOn = run.Admit(clone);
        ImmutableArray<RoutedAddress> children = [.. taken.Outcomes.Take(1).Select(o => o.Address), .. goesOn ? [clone] : Array.Empty<RoutedAddress>()];
        return new(
            [new AddressOutcome.Redirected(address, Router, children), .. taken.Outcomes],
            [.. goesOn ? [new Pending(clone)] : Array.Empty<Pending>(), .. taken.Next],
            address.AddressData);
    }

    /// <summary>What goes on to the next router: without the headers that routers so far have asked for (Exim 15, unseen).</summary>
    static RoutedAddress Clone(RoutedAddress parent, string? next) => parent with
    {
        Parent = parent, StartAt = next, HeadersAdd = [], HeadersRemove = [], IsUnseenCopy = false, UnseenRouter = null, RoutedBy = null,
    };

    async ValueTask<RoutingStep> TakeAsync(RouterAnswer answer, RoutedAddress taken, CancellationToken cancel)
    {
        switch (answer)
        {
            case RouterAnswer.Fail fail:
                return Said($"failed: {fail.Text}", new AddressOutcome.Failed(taken, Router, fail.Text, fail.SmtpReply));
            case RouterAnswer.Discard discard:
                return Said($"discarded: {discard.Why}", new AddressOutcome.Discarded(taken, Router, discard.Why));
        }
        var dress = new DeliveryPlanner(run, visit);
        if (await dress.PrepareAsync(taken, cancel).ConfigureAwait(false) is { } problem) return Deferred(problem, taken);
        return answer switch
        {
            RouterAnswer.Accept accept => Accepted(dress, accept, taken),
            RouterAnswer.Redirect redirect => Redirected(dress, redirect, taken),
            _ => throw new InvalidOperationException($"unknown router answer {answer.GetType().Name}"),
        };
    }

    RoutingStep Accepted(DeliveryPlanner planner, RouterAnswer.Accept accept, RoutedAddress taken)
    {
        if (planner.Transport(accept.Transport, out var problem) is not { } transport) return Deferred(problem, taken);
        var plan = planner.Plan(taken, transport, accept);
        return Said($"accepted: transport {transport}{Shown(accept)}", new AddressOutcome.Deliver(plan.Address, plan));
    }

    RoutingStep Redirected(DeliveryPlanner planner, RouterAnswer.Redirect redirect, RoutedAddress taken)
    {
        var parent = taken with { RoutedBy = Router };
        var children = ImmutableArray.CreateBuilder<RoutedAddress>();
        var next = ImmutableArray.CreateBuilder<Pending>();
        foreach (var made in redirect.Children)
        {
            var child = planner.Adopt(made, parent);
            if (!run.Admit(child)) continue;
            children.Add(child);
            next.Add(new(child, child.Kind == TargetKind.Address || child.Transport is null ? null : planner.Plan(child, child.Transport, RouterAnswer.Accept.Local)));
        }
        ImmutableArray<AddressOutcome> lost = [];
        if (redirect.GoesOn && Clone(parent, nextRouter) is var clone && run.Admit(clone))
        {
            children.Add(clone);
            if (nextRouter is null) lost = [new AddressOutcome.Failed(clone, null, RouterWalk.Unrouteable)];
            else next.Insert(0, new(clone));
        }
        var names = string.Join(", ", redirect.Children.Select(c => c.Kind == TargetKind.Address ? c.Address.ToString() : RoutePrinter.TargetText(c)));
        Trace($"redirected to {names}");
        return new([new AddressOutcome.Redirected(taken, Router, children.ToImmutable()), .. lost], next.ToImmutable(), taken.AddressData);
    }

    static string Shown(RouterAnswer.Accept accept) =>
        accept.Hosts.IsEmpty ? "" : ", hosts " + string.Join(" ", accept.Hosts.Select(h => h.Name));

    RoutingStep Deferred(string text, RoutedAddress? taken = null) =>
        Said($"deferred: {text}", new AddressOutcome.Deferred(taken ?? address, Router, text));

    RoutingStep Said(string result, AddressOutcome outcome)
    {
        Trace(result);
        return RoutingStep.End(outcome, address.AddressData);
    }

    void Trace(string result) => visit.Context.Trace?.Add("router", visit.Options.At, Router, result);
}
