using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Authentication;

/// <summary>One attempt to authenticate to a server: what the mechanism says and hears, and $auth1… for its expansions. What is sent never shows in logs, traces or errors.</summary>
sealed class ClientExchange(ClientAuthenticator authenticator, SmtpOpening opening, ExpansionContext context)
{
    /// <summary>What Exim shows instead of data.</summary>
    const string Hidden = "********";
    /// <summary>Exim's number of variables.</summary>
    const int MostVariables = 4;

    public ClientAuthenticator Authenticator => authenticator;
    public ExpansionContext Context => context;
    public SmtpPeer Peer => opening.Peer;

    /// <summary>AUTH with the first data, none where it is null; an empty one is "=" (RFC 4954 4).</summary>
    public ValueTask<PeerReply> BeginAsync(string? data, CancellationToken cancel)
    {
        var command = $"AUTH {authenticator.PublicName}";
        return opening.AskAsync(SmtpStep.Helo, data is null ? command : $"{command} {(data.Length == 0 ? "=" : Base64Text.Encode(data))}", cancel, shown: command);
    }

    public ValueTask<PeerReply> AnswerAsync(string data, CancellationToken cancel) => opening.AskAsync(SmtpStep.Helo, Base64Text.Encode(data), cancel, shown: Hidden);

    /// <summary>Gives up (RFC 4954 4); whatever the server says to it.</summary>
    public async ValueTask CancelAsync(CancellationToken cancel) => await opening.AskAsync(SmtpStep.Helo, "*", cancel, shown: Hidden).ConfigureAwait(false);

    /// <summary>The data of a challenge; null where it is no base64.</summary>
    public static string? Challenge(PeerReply reply) => Base64Text.Decode(reply.Text.Length > 4 ? reply.Text[4..] : "");

    public void Set(int number, string text)
    {
        if (number <= MostVariables) context.Variables["auth" + number] = Value.Tainted(text);
    }

    public void Forget()
    {
        for (var number = 1; number <= MostVariables; number++) context.Variables.Remove("auth" + number);
    }

    /// <summary>Null with the outcome where the template gives nothing. An option that is not set is empty.</summary>
    public string? Expand(Template? template, out ClientOutcome outcome)
    {
        outcome = ClientOutcome.NotForThisHost;
        if (template is null) return "";
        var value = AuthConditions.Quietly(template, context);
        if (value.IsOk) return value.Text;
        if (value.Kind != ExpandedKind.ForcedFail) outcome = new ClientOutcome.Broken($"expansion of \"{template.Source}\" failed in {authenticator.Name} authenticator: {value.Error}");
        return null;
    }

    /// <summary>What an answer that ends the exchange means.</summary>
    public static ClientOutcome End(PeerReply reply) => reply.IsPositive ? ClientOutcome.Ok : new ClientOutcome.Refused(reply);
}
