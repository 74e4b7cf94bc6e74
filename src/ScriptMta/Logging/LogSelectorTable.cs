namespace ScriptMta.Logging;

/// <summary>One selector: on without log_selector or not, and what it adds. Later: the feature that would write it is not built, so that it changes nothing yet.</summary>
sealed record LogSelectorRow(string Name, bool IsDefault, string Adds)
{
    public bool IsLater { get; init; }
}

/// <summary>Every selector of Exim 4.9x (53.15) and where it acts; "all" stands for the whole table. The names are asked for where the lines are made: LogOptions.Has.</summary>
static class LogSelectorTable
{
    const bool On = true, Off = false;

    public static readonly LogSelectorRow[] Rows =
    [
        new("8bitmime", Off, "M8S= on <= lines"),
        new("acl_warn_skipped", On, "a warn statement whose condition could not be decided"),
        new("address_rewrite", Off, "each address that a rewriting rule changes"),
        new("all_parents", Off, "the addresses between the first and the last of a delivery"),
        new("arguments", Off, "the words of each command"),
        new("connection_id", Off, "Ci= on the lines of a connection (4.97)") { IsLater = true },
        new("connection_reject", On, "connections that are turned away"),
        new("delay_delivery", On, "why a message is only queued"),
        new("deliver_time", Off, "DT= on => lines"),
        new("delivery_size", Off, "S= on => lines"),
        new("dkim", On, "DKIM= on <= lines") { IsLater = true },
        new("dkim_verbose", Off, "each DKIM signature") { IsLater = true },
        new("dmarc", Off, "DMARC= on <= lines") { IsLater = true },
        new("dmarc_verbose", Off, "each DMARC check") { IsLater = true },
        new("dnslist_defer", On, "DNS lists that do not answer"),
        new("dnssec", Off, "DS on lines with names that DNSSEC vouches for") { IsLater = true },
        new("etrn", On, "ETRN commands"),
        new("host_lookup_failed", On, "clients without a name"),
        new("ident_timeout", Off, "ident servers that do not answer"),
        new("incoming_interface", Off, "I= on lines about a client"),
        new("incoming_port", Off, "the client's port behind its address"),
        new("lost_incoming_connection", On, "clients that leave in the middle"),
        new("millisec", Off, "thousandths of seconds in stamps and short times"),
        new("msg_id", On, "id= on <= lines"),
        new("msg_id_created", Off, "id*= on <= lines when the id was made here"),
        new("outgoing_interface", Off, "I= on => lines"),
        new("outgoing_port", Off, "the port behind the address on => lines"),
        new("pid", Off, "the process id on every line"),
        new("pipelining", Off, "L on <= lines"),
        new("protocol_detail", Off, "the version of HTTP or SMTP in P= (4.97)") { IsLater = true },
        new("proxy", Off, "PRX= on lines of connections through a proxy"),
        new("queue_run", On, "queue runs"),
        new("queue_time", Off, "QT= on => lines"),
        new("queue_time_exclusive", Off, "QT= without the time of reception") { IsLater = true },
        new("queue_time_overall", Off, "QT= on Completed lines") { IsLater = true },
        new("receive_time", Off, "RT= on <= lines"),
        new("received_recipients", Off, "for … on <= lines"),
        new("received_sender", Off, "from <…> on <= lines"),
        new("rejected_header", On, "the header section of a refused message, in the reject log"),
        new("retry_defer", On, "addresses that wait for their retry time"),
        new("return_path_on_delivery", Off, "P=<…> on => and ** lines"),
        new("sender_on_delivery", Off, "F=<…> on => and ** lines"),
        new("sender_verify_fail", On, "why verify = sender failed"),
        new("size_reject", On, "messages that are too big"),
        new("skip_delivery", On, "messages that a queue run passes over"),
        new("smtp_confirmation", On, "C=\"…\" on => lines"),
        new("smtp_connection", Off, "clients that come and go"),
        new("smtp_incomplete_transaction", Off, "transactions without an end"),
        new("smtp_mailauth", Off, "AUTH= of MAIL behind A="),
        new("smtp_no_mail", Off, "sessions without MAIL"),
        new("smtp_protocol_error", Off, "commands in the wrong place"),
        new("smtp_syntax_error", Off, "commands that cannot be read"),
        new("spf", Off, "SPF= on <= lines") { IsLater = true },
        new("spf_verbose", Off, "each SPF check") { IsLater = true },
        new("subject", Off, "T=\"…\" on <= lines"),
        new("tls_certificate_verified", On, "CV= on lines of TLS sessions"),
        new("tls_cipher", On, "X= on lines of TLS sessions"),
        new("tls_on_connect", Off, "* behind X= where TLS began at once") { IsLater = true },
        new("tls_peerdn", Off, "DN= on lines of TLS sessions"),
        new("tls_resumption", Off, "* behind X= of a resumed session"),
        new("tls_sni", Off, "SNI= on <= lines"),
        new("unknown_in_list", Off, "names in host lists that cannot be looked up"),
    ];
}
