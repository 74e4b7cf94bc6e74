using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Authentication;

/// <summary>Salted is the salted password in hexadecimal, with $auth1 the user, $auth2 the iterations, $auth3 the salt; it counts where it has the right length.</summary>
sealed record ScramSecrets(Template? User, Template? Password, Template? Authorization, Template? Salted);

/// <summary>SCRAM-SHA-1 and SCRAM-SHA-256 as a client, and with channel binding (tls-server-end-point) -PLUS. A server that does not prove that it knows the password gets no mail.</summary>
sealed class ScramClientMechanism(string name, ScramSecrets secrets, bool mayBind)
{
    const string Plus = "-PLUS";

    readonly ScramHash _hash = name.Contains("256", StringComparison.Ordinal) ? ScramHash.Sha256 : ScramHash.Sha1;
    readonly bool _binds = name.EndsWith(Plus, StringComparison.Ordinal);

    public async ValueTask<ClientOutcome> RunAsync(ClientExchange exchange, CancellationToken cancel)
    {
        if (exchange.Expand(secrets.User, out var failure) is not { } user || exchange.Expand(secrets.Authorization, out failure) is not { } asWhom) return failure;
        var binding = _binds && mayBind ? exchange.Peer.Tls?.ServerEndPoint() ?? [] : [];
        if (_binds && binding.Length == 0) return ClientOutcome.NotForThisHost;
        if (SaslPrep.Prepare(user) is not { Length: > 0 } prepared) return Broken(exchange, "the user name has characters that SCRAM cannot send (RFC 4013)");
        var client = new ScramClient(_hash, prepared, asWhom, Flag(exchange.Peer), binding, ScramServer.NewNonce());

        var reply = await exchange.BeginAsync(client.First, cancel).ConfigureAwait(false);
        if (!reply.IsIntermediate) return new ClientOutcome.Refused(reply);
        if (ClientExchange.Challenge(reply) is not { } challenge || !client.TryChallenge(challenge)) return await GiveUpAsync(exchange, "the server's challenge is none of SCRAM", cancel).ConfigureAwait(false);
        if (Salted(exchange, client, user, out failure) is not { } salted)
        {
            await exchange.CancelAsync(cancel).ConfigureAwait(false);
            return failure;
        }
        reply = await exchange.AnswerAsync(client.Final(salted), cancel).ConfigureAwait(false);
        return await ProvedAsync(exchange, client, salted, reply, cancel).ConfigureAwait(false);
    }

    /// <summary>The server's proof comes as one more challenge (RFC 4954 4), or with the 235 as some have it.</summary>
    static async ValueTask<ClientOutcome> ProvedAsync(ClientExchange exchange, ScramClient client, byte[] salted, PeerReply reply, CancellationToken cancel)
    {
        if (!reply.IsIntermediate && !reply.IsPositive) return new ClientOutcome.Refused(reply);
        if (ClientExchange.Challenge(reply) is not { } proof || !client.IsProof(proof, salted))
        {
            const string unproved = "the server did not prove that it knows the password";
            return reply.IsIntermediate ? await GiveUpAsync(exchange, unproved, cancel).ConfigureAwait(false) : Broken(exchange, unproved);
        }
        if (reply.IsIntermediate) reply = await exchange.AnswerAsync("", cancel).ConfigureAwait(false);
        if (reply.IsPositive) exchange.Set(4, Convert.ToHexStringLower(salted));
        return ClientExchange.End(reply);
    }

    byte[]? Salted(ClientExchange exchange, ScramClient client, string user, out ClientOutcome failure)
    {
        exchange.Set(1, user);
        exchange.Set(2, client.Iterations.ToString(CultureInfo.InvariantCulture));
        exchange.Set(3, Convert.ToBase64String(client.Salt));
        if (exchange.Expand(secrets.Salted, out failure) is not { } cached) return null;
        if (cached.Length == 2 * _hash.Size && cached.All(char.IsAsciiHexDigit)) return Convert.FromHexString(cached);
        if (exchange.Expand(secrets.Password, out failure) is not { } password) return null;
        if (SaslPrep.Prepare(password) is { } prepared) return _hash.Salted(Latin1.Encode(prepared), client.Salt, client.Iterations);
        failure = Broken(exchange, "the password has characters that SCRAM cannot use (RFC 4013)");
        return null;
    }

    /// <summary>RFC 5802 6: "y" tells a server that it has not offered what we could do; it knows whether somebody between us took that away.</summary>
    string Flag(SmtpPeer peer) =>
        _binds ? "p=tls-server-end-point" : mayBind && peer.Tls is not null && !peer.Extensions.Mechanisms.Contains(name + Plus, StringComparer.OrdinalIgnoreCase) ? "y" : "n";

    static async ValueTask<ClientOutcome> GiveUpAsync(ClientExchange exchange, string why, CancellationToken cancel)
    {
        await exchange.CancelAsync(cancel).ConfigureAwait(false);
        return Broken(exchange, why);
    }

    static ClientOutcome.Broken Broken(ClientExchange exchange, string why) => new($"{why} in {exchange.Authenticator.Name} authenticator");
}
