namespace ScriptMta.Routing;

/// <summary>Driver accept (Exim chapter 16): whatever meets the preconditions goes to the router's transport.</summary>
sealed class AcceptRouter(RouterOptions options) : IRouter
{
    public RouterOptions Options { get; } = options;

    public ValueTask<RouterAnswer> RouteAsync(RouterVisit visit, CancellationToken cancel) => new(RouterAnswer.Accept.Local);
}
