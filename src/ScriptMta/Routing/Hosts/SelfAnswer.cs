namespace ScriptMta.Routing;

/// <summary>What the self option makes of a route that leads to this machine (Exim chapter 15). Null: send there all the same.</summary>
static class SelfAnswer
{
    const string LocalHost = "remote host address is the local host";
    const string LocalMx = "lowest numbered MX record points to local host";

    public static RouterAnswer? For(RouterVisit visit, HostChainAnswer.IsSelf self)
    {
        var text = self.ByMx ? LocalMx : LocalHost;
        return visit.Options.Self.Action switch
        {
            SelfAction.Defer => new RouterAnswer.Defer(text),
            SelfAction.Fail => new RouterAnswer.Fail(text),
            SelfAction.Pass => new RouterAnswer.Pass($"{text} (self = pass)", self.HostName),
            SelfAction.Reroute => Reroute(visit),
            SelfAction.Send => null,
            _ => Freeze(visit, text),
        };
    }

    static RouterAnswer.Redirect Reroute(RouterVisit visit) =>
        new([new RoutedAddress { Address = visit.Address.Address with { Domain = visit.Options.Self.Domain } }]);

    static RouterAnswer.Defer Freeze(RouterVisit visit, string text)
    {
        RoutingLog.LocalHost(visit, text);
        return new(text, Freeze: true);
    }
}
