using System.Collections.Immutable;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>A router driver. The generic preconditions have been met when it is asked. Thread-safe; state is in the arguments.</summary>
interface IRouter
{
    RouterOptions Options { get; }

    /// <summary>Context.Address holds the address's facts with affixes removed.</summary>
    ValueTask<RouterAnswer> RouteAsync(RoutedAddress address, ExpansionContext context, CancellationToken cancel);
}

/// <summary>What a driver says (Exim chapter 15.1 return values). Pass is a decline that goes to pass_router.</summary>
abstract record RouterAnswer
{
    RouterAnswer() { }
    public sealed record Decline(string Why) : RouterAnswer;
    public sealed record Pass(string Why) : RouterAnswer;
    /// <summary>To a transport; null Transport = the router's transport option.</summary>
    public sealed record Accept(ImmutableArray<DeliveryHost> Hosts, string? Transport = null) : RouterAnswer
    {
        public static readonly Accept Local = new([]);
    }
    public sealed record Redirect(ImmutableArray<RoutedAddress> Children) : RouterAnswer;
    public sealed record Discard(string Why) : RouterAnswer;
    public sealed record Fail(string Text, string? SmtpReply = null) : RouterAnswer;
    public sealed record Defer(string Text, bool Freeze = false) : RouterAnswer;
}
