using System.Security.Cryptography;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>driver = cram_md5 as a client (Exim 35.2), and CRAM-MD5 of gsasl: RFC 2195.</summary>
static class CramMd5Client
{
    public static ClientMechanism? Make(ClientBlock block)
    {
        if (block.Template("client_secret") is not { } secret) return null;
        var name = block.Template("client_name");
        return (exchange, cancel) => RunAsync(exchange, name, secret, cancel);
    }

    /// <param name="name">Null = this machine's name.</param>
    public static async ValueTask<ClientOutcome> RunAsync(ClientExchange exchange, Template? name, Template? secret, CancellationToken cancel)
    {
        if (exchange.Expand(secret, out var failure) is not { } key) return failure;
        var user = name is null ? exchange.Context.Environment.PrimaryHostname : exchange.Expand(name, out failure);
        if (user is null) return failure;
        var reply = await exchange.BeginAsync(null, cancel).ConfigureAwait(false);
        if (!reply.IsIntermediate) return new ClientOutcome.Refused(reply);
        if (ClientExchange.Challenge(reply) is not { } challenge) return new ClientOutcome.Broken($"bad base 64 string in challenge: {reply.Text}");
        var digest = Convert.ToHexStringLower(HMACMD5.HashData(Latin1.Encode(key), Latin1.Encode(challenge)));
        return ClientExchange.End(await exchange.AnswerAsync($"{user} {digest}", cancel).ConfigureAwait(false));
    }
}
