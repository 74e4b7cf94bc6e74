using System.Globalization;
using System.Security.Cryptography;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>driver = cram_md5 (Exim chapter 35), and CRAM-MD5 of gsasl: RFC 2195.</summary>
static class CramMd5Driver
{
    public static DriverMade Make(AuthenticatorBlock block) =>
        block.Template("server_secret") is { } secret ? new((exchange, cancel) => RunAsync(exchange, secret, block.Condition, "", cancel)) : DriverMade.NoServer;

    /// <param name="realm">For $auth3, where a driver has one.</param>
    public static async ValueTask<AuthOutcome> RunAsync(AuthExchange exchange, Template secret, Template? condition, string realm, CancellationToken cancel)
    {
        if (exchange.HasInitial) return AuthOutcome.Unexpected;
        var challenge = Challenge(exchange.Context);
        var answer = await exchange.Ask(challenge, cancel).ConfigureAwait(false);
        if (answer.Data is not { } data) return answer.End;
        // The digest has no space; a user's name may.
        var space = data.LastIndexOf(' ');
        var (user, digest) = space < 0 ? (data, "") : (data[..space], data[(space + 1)..]);
        exchange.Add(user);
        if (realm.Length > 0) exchange.SetAt(3, realm);
        if (digest.Length == 0) return AuthOutcome.Fail;
        var expanded = AuthConditions.Quietly(secret, exchange.Context);
        if (!expanded.IsOk) return AuthConditions.Failure(expanded);
        if (!IsRight(challenge, expanded.Text, digest)) return AuthOutcome.Fail;
        return AuthConditions.Check(condition, exchange.Context);
    }

    /// <summary>A user without a secret cannot log in: everybody knows the empty one.</summary>
    static bool IsRight(string challenge, string secret, string digest)
    {
        var right = Convert.ToHexStringLower(HMACMD5.HashData(Latin1.Encode(secret), Latin1.Encode(challenge)));
        return secret.Length > 0 & CryptographicOperations.FixedTimeEquals(Latin1.Encode(right), Latin1.Encode(digest.LowerAscii()));
    }

    static string Challenge(ExpansionContext context) =>
        string.Create(CultureInfo.InvariantCulture, $"<{RandomNumberGenerator.GetHexString(24, lowercase: true)}.{context.Environment.Clock.GetUtcNow().ToUnixTimeSeconds()}@{context.Environment.PrimaryHostname}>");
}
