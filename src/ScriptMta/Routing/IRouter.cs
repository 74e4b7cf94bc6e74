using System.Collections.Immutable;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>A router driver. The generic preconditions have been met when it is asked. Thread-safe; state is in the visit.</summary>
interface IRouter
{
    RouterOptions Options { get; }

    /// <summary>The visit's facts are the address's with affixes removed.</summary>
    ValueTask<RouterAnswer> RouteAsync(RouterVisit visit, CancellationToken cancel);
}

/// <summary>What a driver says (Exim 3.10). Pass is a decline that goes to pass_router.</summary>
abstract record RouterAnswer
{
    RouterAnswer() { }
    /// <summary>Message replaces "Unrouteable address" when no router after this one takes the address.</summary>
    public sealed record Decline(string Why, string? Message = null) : RouterAnswer;
    /// <summary>SelfHostname becomes $self_hostname, where self = pass is the reason.</summary>
    public sealed record Pass(string Why, string SelfHostname = "") : RouterAnswer;
    /// <summary>To a transport; null Transport = the router's transport option. HostList is $host of a local transport: the list as written.</summary>
    public sealed record Accept(ImmutableArray<DeliveryHost> Hosts, string? Transport = null, string? HostList = null) : RouterAnswer
    {
        public static readonly Accept Local = new([]);
        /// <summary>Added after those of headers_add.</summary>
        public ImmutableArray<HeaderField> HeadersAdd { get; init; } = [];
    }
    /// <summary>
    /// Children carry what is their own; parent, headers, variables and errors_to are given to them by the run. GoesOn: the address itself goes to the
    /// next router too, as with "unseen": a filter that made no significant delivery.
    /// </summary>
    public sealed record Redirect(ImmutableArray<RoutedAddress> Children, bool GoesOn = false) : RouterAnswer;
    public sealed record Discard(string Why) : RouterAnswer;
    public sealed record Fail(string Text, string? SmtpReply = null) : RouterAnswer;
    public sealed record Defer(string Text, bool Freeze = false, string? SmtpReply = null) : RouterAnswer;
}
