using System.Security.Cryptography;
using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>SCRAM-SHA-1 and SCRAM-SHA-256, and with channel binding -PLUS, over the exchange of AUTH: $auth1 is the user, $auth2 whom it wants to act for, $auth3 server_realm.</summary>
sealed class ScramMechanism(ScramHash hash, bool plus, ScramOptions options, Template? condition, Template? realm)
{
    const string Binding = "tls-server-end-point";

    /// <summary>Stands in for those of a user that there is not, so that the answer comes no earlier.</summary>
    readonly byte[] _nobody = RandomNumberGenerator.GetBytes(hash.Size);

    public async ValueTask<AuthOutcome> RunAsync(AuthExchange exchange, CancellationToken cancel)
    {
        var answer = await exchange.FirstAsync("", cancel).ConfigureAwait(false);
        if (answer.Data is not { } opening) return answer.End;
        if (!ScramClientFirst.TryParse(opening, out var first) || !MayBind(first, exchange)) return AuthOutcome.Fail;
        if (SaslPrep.Prepare(first.User) is not { Length: > 0 } user) return AuthOutcome.Fail;
        exchange.Set(user, first.Authorization, realm?.Expand(exchange.Context).Text ?? "");
        if (options.Parameters(exchange.Context, user, out var error) is not { } parameters) return AuthOutcome.Defer(error);
        var server = new ScramServer(hash, first, ScramServer.NewNonce(), parameters.Salt, parameters.Iterations);
        answer = await exchange.Ask(server.Challenge, cancel).ConfigureAwait(false);
        if (answer.Data is not { } final) return answer.End;

        var keys = options.Keys(hash, exchange.Context, parameters.Salt, parameters.Iterations, out var deferred);
        if (deferred.Length > 0) return AuthOutcome.Defer(deferred);
        var proof = server.Finish(final, plus ? exchange.ServerEndPoint : [], keys?.Stored ?? _nobody, keys?.Server ?? _nobody);
        if (keys is null || proof is null) return AuthOutcome.Fail;
        var verdict = AuthConditions.Check(condition, exchange.Context);
        return verdict.IsOk ? await ProveAsync(exchange, proof, cancel).ConfigureAwait(false) : verdict;
    }

    /// <summary>The client must hear our proof before the 235, and has nothing more to say (RFC 4954 4).</summary>
    static async ValueTask<AuthOutcome> ProveAsync(AuthExchange exchange, string proof, CancellationToken cancel)
    {
        var answer = await exchange.Ask(proof, cancel).ConfigureAwait(false);
        return answer.Data is not { } data ? answer.End : data.Length == 0 ? AuthOutcome.Ok : AuthOutcome.Fail;
    }

    /// <summary>RFC 5802 6: -PLUS binds, without it nobody can; "y" says that the client would have bound had it been offered.</summary>
    bool MayBind(ScramClientFirst first, AuthExchange exchange) =>
        plus ? first.Binds && first.Binding == Binding && exchange.ServerEndPoint.Length > 0 : !first.Binds && !(first.Binding == "y" && exchange.OffersBinding);
}
