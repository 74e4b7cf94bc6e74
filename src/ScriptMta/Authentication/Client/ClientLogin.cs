using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Authentication;

/// <summary>AUTH as a step of opening a conversation (Exim 33.5): each client authenticator in turn whose mechanism the server has, until one succeeds.</summary>
sealed class ClientLogin(ImmutableArray<ClientAuthenticator> clients, ExpansionContext context, bool isRequired)
{
    public static bool DependOnMessage(ImmutableArray<ClientAuthenticator> clients) => clients.Any(c => c.DependsOnMessage);

    public async ValueTask<DialResult?> RunAsync(SmtpOpening opening, CancellationToken cancel)
    {
        var why = "server did not advertise AUTH support";
        if (opening.Peer.Extensions.Mechanisms is { Count: > 0 } offered)
        {
            why = "no common mechanisms were found";
            foreach (var client in clients)
            {
                if (!offered.Contains(client.PublicName, StringComparer.OrdinalIgnoreCase) || !Applies(client)) continue;
                why = "authentication attempt(s) failed";
                if (await TryAsync(client, opening, cancel).ConfigureAwait(false) is { } end) return end;
                if (opening.Peer.Login is not null) return null;
            }
        }
        return isRequired ? await EndAsync(opening, TroubleKind.LoginRequired, $"authentication required but {why}", Errnos.LoginRequired).ConfigureAwait(false) : null;
    }

    /// <summary>Null = succeeded, or the next one may try.</summary>
    async ValueTask<DialResult?> TryAsync(ClientAuthenticator client, SmtpOpening opening, CancellationToken cancel)
    {
        var exchange = new ClientExchange(client, opening, context);
        try
        {
            switch (await client.Mechanism(exchange, cancel).ConfigureAwait(false))
            {
                case ClientOutcome.Accepted:
                    opening.Peer.Login = new(client.Name, client.SetId is { } id && AuthConditions.Quietly(id, context) is { IsOk: true } set ? set.Text : "");
                    return null;
                case ClientOutcome.Refused { Reply.IsPermanent: true } refused:
                    Log(opening, $"{client.Name} authenticator failed", refused.Reply.Text);
                    return null;
                case ClientOutcome.Refused refused: return await opening.RefusedAsync(refused.Reply).ConfigureAwait(false);
                case ClientOutcome.Cancelled cancelled:
                    if (cancelled.Why.Length > 0) Log(opening, $"{client.Name} authenticator cancelled authentication", cancelled.Why);
                    return null;
                case ClientOutcome.Broken broken: return await EndAsync(opening, TroubleKind.LoginFailed, broken.Why, Errnos.LoginFailed).ConfigureAwait(false);
                default: throw new InvalidOperationException("unknown outcome of AUTH");
            }
        }
        finally { exchange.Forget(); }
    }

    /// <summary>client_condition; one that cannot be expanded leaves the authenticator out, as in Exim.</summary>
    bool Applies(ClientAuthenticator client)
    {
        if (client.Condition is not { } condition) return true;
        var value = AuthConditions.Quietly(condition, context);
        if (!value.IsOk && value.Kind != ExpandedKind.ForcedFail)
            context.Environment.Log.Panic(context.Message.Id, $"failed to expand condition \"{condition.Source}\" for {client.Name} client authenticator: {value.Error}");
        return value.IsOk && value.Text.LowerAscii() is not ("" or "0" or "no" or "false");
    }

    void Log(SmtpOpening opening, string what, string detail) => context.Environment.Log.Main(context.Message.Id, $"{what} H={opening.Peer.Endpoint} {detail}");

    static async ValueTask<DialResult> EndAsync(SmtpOpening opening, TroubleKind kind, string text, int errno)
    {
        await opening.Peer.QuitAsync().ConfigureAwait(false);
        return new DialResult.Broken(new(kind, SmtpStep.Helo, text, errno));
    }
}
