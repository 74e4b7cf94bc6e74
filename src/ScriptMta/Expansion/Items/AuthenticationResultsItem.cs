using System.Text;

namespace ScriptMta.Expansion;

/// <summary>
/// ${authresults{id}}: an Authentication-Results: field (RFC 8601) of what has been checked; a check that did not run is not named.
/// </summary>
static class AuthenticationResultsItem
{
    public static ExpandedKind Run(Evaluation evaluation, Value[] arguments)
    {
        var (peer, variables) = (evaluation.Context.Connection, evaluation.Context.Variables);
        var text = new StringBuilder("Authentication-Results: ").Append(arguments[0].Text);
        var nothing = text.Length;
        AppendReverse(text, peer);
        AppendAuthentication(text, peer, evaluation.Context.Message.AuthenticatedSender);
        AppendSpf(text, variables, evaluation.Context.Message.Sender?.Domain, peer.HeloName);
        AppendDkim(text, variables);
        AppendDmarc(text, variables);
        return evaluation.Append(text.ToString(), text.Length > nothing ? Taint.Tainted : arguments[0].Taint); // names and results are the peer's
    }

    static void AppendReverse(StringBuilder text, ConnectionFacts peer)
    {
        if (peer.HostName.Length != 0) Method(text, $"iprev=pass ({peer.HostName})");
        else if (peer.HostLookupDeferred) Method(text, "iprev=temperror");
        else if (peer.HostLookupFailed) Method(text, "iprev=fail");
        else return;
        Property(text, "smtp.remote-ip", peer.HostAddress);
    }

    static void AppendAuthentication(StringBuilder text, ConnectionFacts peer, string sender)
    {
        if (peer.Authenticator.Length == 0) return;
        Method(text, $"auth=pass ({peer.Authenticator})");
        Property(text, "smtp.auth", peer.AuthenticatedId);
        Property(text, "smtp.mailfrom", sender);
    }

    /// <summary>Of the null sender, the HELO name was checked.</summary>
    static void AppendSpf(StringBuilder text, Dictionary<string, Value> variables, string? senderDomain, string helo)
    {
        if (Text(variables, "spf_result") is not { Length: > 0 } result) return;
        Method(text, "spf=" + result);
        if (string.IsNullOrEmpty(senderDomain)) Property(text, "smtp.helo", helo);
        else Property(text, "smtp.mailfrom", senderDomain);
    }

    static void AppendDkim(StringBuilder text, Dictionary<string, Value> variables)
    {
        if (Text(variables, "dkim_verify_status") is not { Length: > 0 } result) return;
        Method(text, "dkim=" + result);
        Property(text, "header.d", Text(variables, "dkim_domain"));
        Property(text, "header.i", Text(variables, "dkim_identity"));
        Property(text, "header.s", Text(variables, "dkim_selector"));
    }

    static void AppendDmarc(StringBuilder text, Dictionary<string, Value> variables)
    {
        if (Text(variables, "dmarc_status") is not { Length: > 0 } result) return;
        Method(text, "dmarc=" + result);
        Property(text, "header.from", Text(variables, "dmarc_used_domain"));
    }

    static void Method(StringBuilder text, string result) => text.Append(";\n\t").Append(result);

    static void Property(StringBuilder text, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) text.Append(' ').Append(name).Append('=').Append(value);
    }

    static string? Text(Dictionary<string, Value> variables, string name) => variables.TryGetValue(name, out var value) ? value.Text : null;
}
