using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>One address on its way down the list of routers. What routers set on the address (address_data, r_ variables) stays with it when they decline.</summary>
sealed class RouterWalk(RoutingRun run, RoutedAddress address)
{
    public const string Unrouteable = "Unrouteable address";

    RoutedAddress _address = address;
    int _place = address.StartAt is { } start ? run.Router.PlaceOf(start) : 0;
    RouterVisit? _last;
    string? _message;

    /// <summary>Asks one router; null = the address goes on to another.</summary>
    public async ValueTask<RoutingStep?> NextAsync(CancellationToken cancel)
    {
        var routers = run.Router.Routers;
        if (_place >= routers.Length) return End(Fail());
        var router = routers[_place];
        var visit = _last = RouterVisit.Begin(_address, router.Options, run.Context, run.Purpose, run.Router.Dependencies);
        var met = RouterPreconditions.Check(visit);
        if (met.IsDefer) return Defer(visit, met.Reason ?? "");
        if (!met.IsYes) return GoOn(visit, $"skipped: {met.Reason}");
        var prepared = AddressVariables.Set(visit);
        Keep(visit);
        if (prepared.IsDefer) return Defer(visit, prepared.Reason ?? "");
        RouterAnswer answer = prepared.IsYes
            ? await router.RouteAsync(visit, cancel).ConfigureAwait(false)
            : new RouterAnswer.Decline(prepared.Reason ?? "");
        Keep(visit); // a hook may set variables, too
        return answer switch
        {
            RouterAnswer.Decline decline => Declined(visit, decline),
            RouterAnswer.Pass pass => Passed(visit, pass),
            RouterAnswer.Defer defer => Trace(visit, $"deferred: {defer.Text}", End(new AddressOutcome.Deferred(_address, visit.Options.Name, defer.Text, defer.Freeze, defer.SmtpReply))),
            _ => await new AnsweredVisit(run, visit, _address, NextName()).StepAsync(answer, cancel).ConfigureAwait(false),
        };
    }

    void Keep(RouterVisit visit) => _address = _address with { AddressData = visit.Facts.AddressData, RouterVariables = AddressVariables.Copy(visit.Facts) };

    string? NextName() => _place + 1 < run.Router.Routers.Length ? run.Router.Routers[_place + 1].Options.Name : null;

    RoutingStep? GoOn(RouterVisit visit, string why)
    {
        Trace(visit, why);
        _place++;
        return null;
    }

    RoutingStep? Declined(RouterVisit visit, RouterAnswer.Decline decline)
    {
        _message = decline.Message ?? _message;
        var more = RouterFlags.Value(visit.Options.More, "more", visit);
        if (more.IsDefer) return Defer(visit, more.Reason ?? "");
        if (more.IsYes) return GoOn(visit, $"declined: {decline.Why}");
        Trace(visit, $"declined: {decline.Why}; no_more: no other router is asked");
        return End(Fail());
    }

    RoutingStep? Passed(RouterVisit visit, RouterAnswer.Pass pass)
    {
        if (pass.SelfHostname.Length > 0) _address = _address with { SelfHostname = pass.SelfHostname };
        Trace(visit, $"passed on: {pass.Why}");
        _place = visit.Options.PassRouter is { } name ? run.Router.PlaceOf(name) : _place + 1;
        return null;
    }

    /// <summary>Exim: the message of the last router that saw the address, even one that was skipped; no router is named as the one that failed it.</summary>
    AddressOutcome.Failed Fail()
    {
        var text = _message ?? Unrouteable;
        if (_last is { Options.CannotRouteMessage: { } template } visit)
        {
            var expanded = template.Expand(visit.Context);
            if (expanded.IsOk) text = expanded.Text;
            else if (expanded.Kind != ExpandedKind.ForcedFail) RoutingLog.CannotRouteMessage(visit, expanded.Error);
        }
        run.Context.Trace?.Add("router", SourceLocation.BuiltIn(""), "no router is left", text);
        return new AddressOutcome.Failed(_address, null, text);
    }

    RoutingStep Defer(RouterVisit visit, string text) =>
        Trace(visit, $"deferred: {text}", End(new AddressOutcome.Deferred(_address, visit.Options.Name, text)));

    RoutingStep End(AddressOutcome outcome) => RoutingStep.End(outcome, _address.AddressData);

    static RoutingStep Trace(RouterVisit visit, string result, RoutingStep step)
    {
        Trace(visit, result);
        return step;
    }

    static void Trace(RouterVisit visit, string result) => visit.Context.Trace?.Add("router", visit.Options.At, visit.Options.Name, result);
}
