namespace ScriptMta.Routing;

/// <summary>Stands for a router that asks for something known but not built: every address that meets its preconditions is deferred, so that none goes elsewhere or is lost.</summary>
sealed class WaitingRouter(RouterOptions options, string unbuilt) : IRouter
{
    public RouterOptions Options { get; } = options;

    public ValueTask<RouterAnswer> RouteAsync(RouterVisit visit, CancellationToken cancel) =>
        new(new RouterAnswer.Defer($"{unbuilt} of {Options.Name} router is known but not built yet"));
}
