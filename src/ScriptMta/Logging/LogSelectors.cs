using System.Collections.Frozen;

namespace ScriptMta.Logging;

/// <summary>log_selector: a list of +name and -name over the defaults (Exim chapter 52.15).</summary>
static class LogSelectors
{
    /// <summary>Every selector of Exim 4.9x; "all" stands for the whole table.</summary>
    public static readonly FrozenSet<string> Known =
        """
        8bitmime acl_warn_skipped address_rewrite all_parents arguments connection_id connection_reject delay_delivery deliver_time
        delivery_size dkim dkim_verbose dmarc dmarc_verbose dnslist_defer dnssec etrn host_lookup_failed ident_timeout
        incoming_interface incoming_port lost_incoming_connection millisec msg_id msg_id_created outgoing_interface outgoing_port
        pid pipelining protocol_detail proxy queue_run queue_time queue_time_exclusive queue_time_overall receive_time
        received_recipients received_sender rejected_header retry_defer return_path_on_delivery sender_on_delivery
        sender_verify_fail size_reject skip_delivery smtp_confirmation smtp_connection smtp_incomplete_transaction smtp_mailauth
        smtp_no_mail smtp_protocol_error smtp_syntax_error spf spf_verbose subject tls_certificate_verified tls_cipher
        tls_on_connect tls_peerdn tls_resumption tls_sni unknown_in_list
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Applies the text to the defaults; <paramref name="complain"/> gets one message per wrong word, in Exim's wording.</summary>
    public static LogOptions Parse(string text, Action<string> complain)
    {
        var on = new HashSet<string>(LogOptions.Default.Selectors, StringComparer.Ordinal);
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            Apply(word, on, complain);
        return new LogOptions(on);
    }

    static void Apply(string word, HashSet<string> on, Action<string> complain)
    {
        // "+a-b" is two words for Exim too: each sign begins a new one.
        foreach (var (sign, name) in Signed(word))
        {
            if (sign == '\0') complain($"malformed log_selector setting: + or - expected but found \"{name}\"");
            else if (name != "all" && !Known.Contains(name)) complain($"unknown log_selector setting: {sign}{name}");
            else if (sign == '+') on.UnionWith(name == "all" ? Known : [name]);
            else on.ExceptWith(name == "all" ? Known : [name]);
        }
    }

    static IEnumerable<(char Sign, string Name)> Signed(string word)
    {
        if (word[0] is not ('+' or '-'))
        {
            yield return ('\0', word);
            yield break;
        }
        for (var start = 0; start < word.Length;)
        {
            var next = word.AsSpan(start + 1).IndexOfAny('+', '-');
            var end = next < 0 ? word.Length : start + 1 + next;
            yield return (word[start], word[(start + 1)..end]);
            start = end;
        }
    }
}
