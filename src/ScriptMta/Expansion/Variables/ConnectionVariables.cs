namespace ScriptMta.Expansion;

/// <summary>The peer, the interface, authentication and the command being answered. What a peer says is tainted; addresses and ports the kernel gave are not.</summary>
static class ConnectionVariables
{
    public static readonly KeyValuePair<string, VariableReader>[] Rows =
    [
        new("sender_host_address", e => e.Append(e.Context.Connection.HostAddress)),
        new("sender_host_port", e => e.Append(e.Context.Connection.HostPort)),
        new("sender_host_name", HostName),
        new("sender_host_authenticated", e => e.Append(e.Context.Connection.Authenticator)),
        new("sender_host_dnssec", e => e.Append(NamedValue(e, "sender_host_dnssec") ?? "no")),
        new("sender_helo_name", e => e.AppendTainted(e.Context.Connection.HeloName)),
        new("sender_helo_dnssec", e => e.Append(NamedValue(e, "sender_helo_dnssec") ?? "no")),
        new("sender_helo_verified", e => e.Append(e.Context.Connection.HeloVerified ? "yes" : "no")),
        new("sender_ident", e => e.AppendTainted(e.Context.Connection.Ident)),
        new("sender_fullhost", e => e.AppendTainted(e.Context.Connection.FullHostWith(LogsPort(e)))),
        new("sender_rcvhost", e => e.AppendTainted(ReceivedHost(e.Context.Connection, LogsPort(e)))),
        new("host_lookup_failed", e => e.Append(e.Context.Connection.HostLookupFailed ? "1" : "0")),
        new("host_lookup_deferred", e => e.Append(e.Context.Connection.HostLookupDeferred ? "1" : "0")),
        new("received_ip_address", e => e.Append(e.Context.Connection.InterfaceAddress)),
        new("received_port", InterfacePort),
        new("interface_address", e => e.Append(e.Context.Connection.InterfaceAddress)),
        new("interface_port", InterfacePort),
        new("received_protocol", e => e.Append(e.Context.Connection.Protocol)),
        new("authenticated_id", e => e.AppendTainted(e.Context.Connection.AuthenticatedId)),
        new("authenticated_fail_id", e => Variable(e, "authenticated_fail_id")),
        new("authentication_failed", e => e.Append(NamedValue(e, "authentication_failed") ?? "0")),
        new("smtp_command", e => e.AppendTainted(e.Context.Connection.SmtpCommand)),
        new("smtp_command_argument", e => e.AppendTainted(e.Context.Connection.SmtpCommandArgument)),
        new("smtp_command_history", e => e.Append(string.Join(',', e.Context.Connection.CommandHistory))),
        new("smtp_notquit_reason", e => Variable(e, "smtp_notquit_reason")),
        new("smtp_count_at_connection_start", e => e.Append(NamedValue(e, "smtp_count_at_connection_start") ?? "0")),
        new("smtp_active_hostname", e => Variable(e, "smtp_active_hostname", e.Context.Environment.PrimaryHostname)),
        new("originator_uid", e => e.Append(e.Context.Connection.CallerUid)),
        new("originator_gid", e => e.Append(e.Context.Connection.CallerGid)),
        new("caller_uid", e => e.Append(e.Context.Connection.CallerUid)),
        new("caller_gid", e => e.Append(e.Context.Connection.CallerGid)),
    ];

    /// <summary>A value that some chapter set by name; else the default.</summary>
    public static ExpandedKind Variable(Evaluation evaluation, string name, string otherwise = "") =>
        evaluation.Context.Variables.TryGetValue(name, out var value) ? evaluation.Append(value) : evaluation.Append(otherwise);

    static ExpandedKind InterfacePort(Evaluation evaluation) => evaluation.Append(evaluation.Context.Connection.InterfacePort is > 0 and var port ? port : -1);

    static string? NamedValue(Evaluation evaluation, string name) =>
        evaluation.Context.Variables.TryGetValue(name, out var value) ? value.Text : null;

    static bool LogsPort(Evaluation evaluation) => evaluation.Context.Environment.Log.Options.Has("incoming_port");

    /// <summary>It is looked up when it is asked for first (Exim 11.9).</summary>
    static ExpandedKind HostName(Evaluation evaluation)
    {
        var peer = evaluation.Context.Connection;
        if (peer.HostName.Length == 0 && !peer.HostLookupFailed && IpNetwork.TryAddress(peer.HostAddress, out var address)) _ = new HostAddresses(evaluation.Context).NamesOf(address, out _);
        return evaluation.AppendTainted(peer.HostName);
    }

    /// <summary>
    /// The peer as a Received: field names it (RFC 5321 4.4): the verified name or the address, then the rest as a comment, folded when it is long. Empty, or the caller's
    /// name, for a local message.
    /// </summary>
    public static string ReceivedHost(ConnectionFacts peer, bool withPort)
    {
        if (peer.HostAddress.Length == 0) return peer.Ident;
        var named = peer.HostName.Length != 0;
        var port = withPort && peer.HostPort != 0;
        var comment = new List<string>();
        if (named) comment.Add(port ? $"[{peer.HostAddress}]:{peer.HostPort}" : $"[{peer.HostAddress}]");
        else if (port) comment.Add($"port={peer.HostPort}");
        if (peer.ShowsHelo && !peer.HeloIsAddress) comment.Add("helo=" + peer.HeloName);
        if (peer.Ident.Length != 0) comment.Add((comment.Count == 2 ? "\n\tident=" : "ident=") + peer.Ident);
        var text = string.Join(' ', comment).Replace(" \n", "\n", StringComparison.Ordinal);
        return (named ? peer.HostName : $"[{peer.HostAddress}]") + (text.Length == 0 ? "" : $" ({text})");
    }
}
