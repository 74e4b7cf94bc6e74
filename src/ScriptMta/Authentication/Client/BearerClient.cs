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
        if (name.Contains('\u0001') || secret.Contains('\u0001')) return new ClientOutcome.Broken($"user or token has a control character in {exchange.Authenticator.Name} authenticator");
        var reply = await exchange.BeginAsync(isXoauth2 ? $"user={name}\u0001auth=Bearer {secret}\u0001\u0001" : Bearer(exchange.Peer.Endpoint, asWhom.Length > 0 ? asWhom : name, secret), cancel).ConfigureAwait(false);
        if (reply.IsIntermediate) reply = await exchange.AnswerAsync(isXoauth2 ? "" : "\u0001", cancel).ConfigureAwait(false);
        return ClientExchange.End(reply);
    }

    static string Bearer(PeerEndpoint server, string name, string secret) =>
        string.Create(CultureInfo.InvariantCulture, $"n,a={SaslName.Encode(name)},\u0001host={server.Name}\u0001port={server.Port}\u0001auth=Bearer {secret}\u0001\u0001");
}
