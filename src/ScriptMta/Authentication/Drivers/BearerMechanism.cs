using System.Text.Json;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>
/// OAUTHBEARER (RFC 7628) and Google's XOAUTH2: the client sends a token, and server_condition decides whether it is good: $auth1 is the user that it says it is, $auth3 the token. A
/// refusal is told in JSON first, which the client has to answer (RFC 7628 3.2.3).
/// </summary>
sealed class BearerMechanism(bool isXoauth2, Template condition)
{
    const string Prefix = "Bearer ";
    const char Separator = '\x01';

    public async ValueTask<AuthOutcome> RunAsync(AuthExchange exchange, CancellationToken cancel)
    {
        var answer = await exchange.FirstAsync("", cancel).ConfigureAwait(false);
        if (answer.Data is not { } data) return answer.End;
        var (user, token) = isXoauth2 ? ReadXoauth2(data) : ReadBearer(data);
        if (token is not { Length: > 0 }) return await RefuseAsync(exchange, "invalid_request", cancel).ConfigureAwait(false);
        exchange.Set(user, "", token);
        var verdict = AuthConditions.Check(condition, exchange.Context);
        return verdict.Kind == AuthOutcomeKind.Fail ? await RefuseAsync(exchange, "invalid_token", cancel).ConfigureAwait(false) : verdict;
    }

    /// <summary>Whatever the client says now, the answer is no.</summary>
    async ValueTask<AuthOutcome> RefuseAsync(AuthExchange exchange, string status, CancellationToken cancel)
    {
        var text = JsonSerializer.Serialize(new Dictionary<string, string> { ["status"] = isXoauth2 ? "401" : status, ["schemes"] = "bearer", ["scope"] = "mail" });
        var answer = await exchange.Ask(text, cancel).ConfigureAwait(false);
        return answer.End.Kind == AuthOutcomeKind.Lost ? answer.End : AuthOutcome.Fail;
    }

    static (string User, string? Token) ReadBearer(string data)
    {
        if (!Gs2Header.TryParse(data, out var header) || header.Binds) return ("", null);
        return (header.Authorization, Token(Fields(data[header.Text.Length..], startsWithSeparator: true), "auth"));
    }

    static (string User, string? Token) ReadXoauth2(string data)
    {
        var fields = Fields(data, startsWithSeparator: false);
        return fields?.GetValueOrDefault("user") is { } user ? (user, Token(fields, "auth")) : ("", null);
    }

    static string? Token(Dictionary<string, string>? fields, string name) =>
        fields?.GetValueOrDefault(name) is { } value && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? value[Prefix.Length..].TrimSpace() : null;

    /// <summary>key=value, each ended by ^A, and one more ^A at the end; null where it is not so.</summary>
    static Dictionary<string, string>? Fields(string text, bool startsWithSeparator)
    {
        if (startsWithSeparator)
        {
            if (!text.StartsWith(Separator)) return null;
            text = text[1..];
        }
        if (!text.EndsWith("\x01\x01", StringComparison.Ordinal) || text.Contains('\0')) return null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text[..^2].Split(Separator))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !fields.TryAdd(part[..equals], part[(equals + 1)..])) return null;
        }
        return fields;
    }
}
