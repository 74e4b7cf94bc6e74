using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>driver = gsasl (Exim chapter 38), by mechanisms of our own instead of the library: which one is server_mech, or else public_name.</summary>
static class GsaslDriver
{
    static readonly string[] Known = ["PLAIN", "LOGIN", "CRAM-MD5", "EXTERNAL", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "OAUTHBEARER", "XOAUTH2"];

    public static DriverMade Make(AuthenticatorBlock block)
    {
        if (!ServerOptions.Any(block.Options.Has)) return DriverMade.NoServer;
        var mechanism = block.Options.Text("server_mech")?.Text.UpperAscii() ?? block.PublicName;
        switch (mechanism)
        {
            case "PLAIN" or "LOGIN" or "EXTERNAL" or "OAUTHBEARER" or "XOAUTH2":
                if (block.Condition is { } condition) return Judged(mechanism, condition);
                block.Error($"server_condition must be set for {mechanism}: it is what decides");
                return DriverMade.NoServer;
            case "CRAM-MD5":
                if (block.Template("server_password") is { } password) return new((exchange, cancel) => CramMd5Driver.RunAsync(exchange, password, block.Condition, Realm(block, exchange), cancel));
                block.Error("server_password must be set for CRAM-MD5");
                return DriverMade.NoServer;
            case "SCRAM-SHA-1" or "SCRAM-SHA-1-PLUS" or "SCRAM-SHA-256" or "SCRAM-SHA-256-PLUS":
                return Scram(block, mechanism);
            default:
                block.Error($"mechanism {mechanism} is not supported: use one of {string.Join(", ", Known)}, or driver = dovecot");
                return DriverMade.NoServer;
        }
    }

    /// <summary>An instance with none of these is a client's.</summary>
    static readonly string[] ServerOptions = ["server_condition", "server_mech", "server_password", "server_key", "server_skey", "server_realm", "server_scram_iter", "server_scram_salt", "server_channelbinding", "server_hostname", "server_service", "server_set_id", "server_advertise_condition"];

    static DriverMade Judged(string mechanism, Template condition) => mechanism switch
    {
        "PLAIN" => new((exchange, cancel) => PlainAsync(exchange, condition, cancel), ShowsSecret: true),
        "LOGIN" => new((exchange, cancel) => LoginAsync(exchange, condition, cancel), ShowsSecret: true),
        "EXTERNAL" => new((exchange, cancel) => ExternalDriver.RunAsync(exchange, [], condition, cancel)),
        _ => new(new BearerMechanism(mechanism == "XOAUTH2", condition).RunAsync, ShowsSecret: true),
    };

    static DriverMade Scram(AuthenticatorBlock block, string mechanism)
    {
        var options = ScramOptions.From(block);
        if (!options.HasSecret) block.Error($"server_password, or server_key and server_skey, must be set for {mechanism}");
        var plus = mechanism.EndsWith("-PLUS", StringComparison.Ordinal);
        var hash = mechanism.Contains("256", StringComparison.Ordinal) ? ScramHash.Sha256 : ScramHash.Sha1;
        return new(new ScramMechanism(hash, plus, options, block.Condition, block.Template("server_realm")).RunAsync, NeedsBinding: plus);
    }

    /// <summary>RFC 4616: whom to act for, who it is, the password; $auth1 is who it is, $auth2 whom it wants to act for, $auth3 the password.</summary>
    static async ValueTask<AuthOutcome> PlainAsync(AuthExchange exchange, Template condition, CancellationToken cancel)
    {
        var answer = await exchange.FirstAsync("", cancel).ConfigureAwait(false);
        if (answer.Data is not { } data) return answer.End;
        var parts = data.Split('\0');
        if (parts.Length != 3 || parts[1].Length == 0 || parts[2].Length == 0) return AuthOutcome.Fail;
        exchange.Set(parts[1], parts[0], parts[2]);
        return AuthConditions.Check(condition, exchange.Context);
    }

    static async ValueTask<AuthOutcome> LoginAsync(AuthExchange exchange, Template condition, CancellationToken cancel)
    {
        var answer = await exchange.FirstAsync("User Name", cancel).ConfigureAwait(false);
        if (answer.Data is not { } user) return answer.End;
        answer = await exchange.Ask("Password", cancel).ConfigureAwait(false);
        if (answer.Data is not { } password) return answer.End;
        exchange.Set(user, "", password);
        if (user.Length == 0 || password.Length == 0 || user.Contains('\0') || password.Contains('\0')) return AuthOutcome.Fail;
        return AuthConditions.Check(condition, exchange.Context);
    }

    static string Realm(AuthenticatorBlock block, AuthExchange exchange) => block.Template("server_realm")?.Expand(exchange.Context).Text ?? "";
}
