using System.Globalization;
using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Authentication;

/// <summary>OAUTHBEARER (RFC 7628) and XOAUTH2 as a client: client_password is the token. A refusal comes as JSON first, which has to be answered before the server says 535.</summary>
sealed class BearerClient(bool isXoauth2, Template? user, Template? token, Template? authorization)
{
    public async ValueTask<ClientOutcome> RunAsync(ClientExchange exchange, CancellationToken cancel)
    {
        if (exchange.Expand(user, out var failure) is not { } name || exchange.Expand(token, out failure) is not { } secret || exchange.Expand(authorization, out failure) is not { } asWhom) return failure;
        if (name.Contains('\x01') || secret.Contains('\x01')) return new ClientOutcome.Broken($"user or token has a control character in {exchange.Authenticator.Name} authenticator");
        var reply = await exchange.BeginAsync(isXoauth2 ? $"user={name}\x01auth=Bearer {secret}\x01\x01" : Bearer(exchange.Peer.Endpoint, asWhom.Length > 0 ? asWhom : name, secret), cancel).ConfigureAwait(false);
        if (reply.IsIntermediate) reply = await exchange.AnswerAsync(isXoauth2 ? "" : "\x01", cancel).ConfigureAwait(false);
        return ClientExchange.End(reply);
    }

    static string Bearer(PeerEndpoint server, string name, string secret) =>
        string.Create(CultureInfo.InvariantCulture, $"n,a={SaslName.Encode(name)},\x01host={server.Name}\x01port={server.Port}\x01auth=Bearer {secret}\x01\x01");
}
