using System.Collections.Immutable;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Acl;

/// <summary>
/// A callout's connection that stays open with MAIL and its recipients accepted (hold, and control = cutthrough_delivery): the next recipient for the same hosts
/// needs one command. Owned by one session, which closes it with the transaction.
/// </summary>
sealed class HeldCallout(CalloutConversation conversation, CalloutHost host, string from, CalloutRoute.Hosts hosts, PeerPool pool)
{
    /// <summary>RFC 5321 4.5.3.1.8: what every server takes.</summary>
    const int MostRecipients = 100;

    bool _closed;

    public CalloutHost Host => host;
    public SmtpPeer Peer => conversation.Peer;
    public ImmutableArray<PlannedDelivery> Recipients { get; private set; } = [];

    public bool Suits(CalloutRequest request, CalloutRoute.Hosts other) =>
        request.Options.UseSender && request.From == from && Recipients.Length < MostRecipients && IsAlike(request.Plan, Recipients[0])
        && other.IncludesAffixes == hosts.IncludesAffixes && other.Items.Select(h => h.Endpoint).SequenceEqual(hosts.Items.Select(h => h.Endpoint)) && !_closed && Peer.IsAlive;

    /// <summary>One copy of a message is good for both.</summary>
    static bool IsAlike(PlannedDelivery one, PlannedDelivery other) =>
        one.Transport == other.Transport && one.ErrorsTo == other.ErrorsTo && one.HeadersAdd.SequenceEqual(other.HeadersAdd) && one.HeadersRemove.SequenceEqual(other.HeadersRemove);

    public ValueTask<CalloutAnswer> AskAsync(string recipient, CancellationToken cancel) => conversation.RcptAsync(recipient, cancel, isLater: true);

    public void Add(PlannedDelivery plan) => Recipients = Recipients.Add(plan);

    /// <summary>QUIT, unless the conversation broke; the caller does not wait for it.</summary>
    public void Close()
    {
        if (_closed) return;
        _closed = true;
        if (!conversation.IsBroken) pool.Close(Peer);
    }
}
