namespace ScriptMta.Expansion;

/// <summary>
/// Variables of features that set them by name in <see cref="ExpansionContext.Variables"/> when they run. Until then they are what Exim prints
/// when the feature has not run: mostly empty.
/// </summary>
static class UnbuiltVariables
{
    static readonly string[] Empty =
    [
        "acl_verify_message", "arc_domains", "arc_oldest_pass", "arc_state", "arc_state_reason", "atrn_host", "atrn_mode", "bounce_recipient", "callout_address",
        "connection_id", "csa_status", "dcc_header", "dcc_result", "dkim_algo", "dkim_canon_body", "dkim_canon_headers", "dkim_copiedheaders", "dkim_cur_signer", "dkim_domain",
        "dkim_headernames", "dkim_identity", "dkim_key_notes", "dkim_selector", "dkim_signers", "dkim_verify_reason",
        "dkim_verify_signers", "dkim_verify_status", "dmarc_alignment_dkim", "dmarc_alignment_spf", "dmarc_domain_policy", "dmarc_status", "dmarc_status_text",
        "dmarc_used_domain", "dnslist_domain", "dnslist_matched", "dnslist_text", "dnslist_value", "event_data", "event_name", "local_scan_data",
        "lookup_dnssec_authenticated", "mailstore_basename", "proxy_external_address", "proxy_local_address", "prvscheck_address", "prvscheck_keynum", "prvscheck_result", "recipient_verify_failure",
        "regex_cachesize", "sender_rate", "sender_rate_limit", "sender_rate_period", "sender_verify_failure", "sending_ip_address", "spf_header_comment", "spf_received", "spf_result", 
        "spf_smtp_comment", "spf_used_domain", "srs_recipient", "verify_mode", "warn_message_recipient", "warn_message_recipients", "warnmsg_recipient", "warnmsg_recipients",
    ];

    // What a DKIM number prints when there is no signature.
    const string Unlimited = "9999999999999";

    static readonly (string Name, string Value)[] NotEmpty =
    [
        ("dkim_bodylength", Unlimited), ("dkim_created", "0"), ("dkim_expires", Unlimited), ("dkim_key_granularity", "*"), ("dkim_key_length", "0"), ("dkim_key_srvtype", "*"), ("dkim_key_nosubdomains", "0"),
        ("dkim_key_testing", "0"), ("event_defer_errno", "0"), ("proxy_external_port", "0"),
        ("proxy_local_port", "0"), ("proxy_session", "no"), ("sending_port", "-1"), ("spf_guess", "v=spf1 a/24 mx/24 ptr ?all"), ("spf_result_guessed", "no"), ("warn_message_delay", ""), ("warnmsg_delay", ""),
    ];

    public static readonly KeyValuePair<string, VariableReader>[] Rows =
        [.. Empty.Select(name => Row(name, "")), .. NotEmpty.Select(row => Row(row.Name, row.Value))];

    static KeyValuePair<string, VariableReader> Row(string name, string otherwise) => new(name, e => ConnectionVariables.Variable(e, name, otherwise));
}
