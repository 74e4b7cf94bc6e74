using System.Globalization;
using System.Text;
using ScriptMta.Common.Posix;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>A queued message as Exim's -H file has it (spec chapter "Format of spool files"), for -Mvh and whatever reads its output.</summary>
static class HeaderFileText
{
    /// <summary>Exim's name for each fact that is a line of its own.</summary>
    static readonly (string Fact, string Name)[] Lines =
    [
        ("sender_helo_name", "helo_name"), ("sender_host_name", "host_name"), ("sender_ident", "ident"), ("received_protocol", "received_protocol"),
        ("sender_host_authenticated", "host_auth"), ("authenticated_id", "auth_id"), ("authenticated_sender", "auth_sender"),
        ("body_linecount", "body_linecount"), ("body_zerocount", "body_zerocount"), ("max_received_linelength", "max_received_linelength"),
        ("spam_bar", "spam_bar"), ("spam_score", "spam_score"), ("spam_score_int", "spam_score_int"),
        ("tls_in_certificate_verified", "tls_certificate_verified"), ("tls_in_cipher", "tls_cipher"), ("tls_in_peerdn", "tls_peerdn"), ("tls_in_sni", "tls_sni"), ("tls_in_ver", "tls_ver"),
        ("dsn_envid", "dsn_envid"), ("dsn_ret", "dsn_ret"),
    ];

    public static string Of(StoredMessage message)
    {
        var text = new StringBuilder();
        Begin(text, message);
        Facts(text, message);
        Done(text, [.. message.State.DoneKeys.Order(StringComparer.Ordinal)]);
        Recipient[] recipients = [.. message.Envelope.Recipients, .. message.State.AddedRecipients];
        text.Append(CultureInfo.InvariantCulture, $"{recipients.Length}\n");
        foreach (var recipient in recipients) text.Append(recipient.Address.ToString()).Append('\n');
        text.Append('\n');
        foreach (var field in (message.State.EditedHeaders ?? message.Headers).Fields) Field(text, field);
        return text.ToString();
    }

    static void Begin(StringBuilder text, StoredMessage message)
    {
        var facts = message.Envelope.Facts;
        var uid = uint.TryParse(facts.GetValueOrDefault("originator_uid"), out var known) ? known : Users.geteuid();
        var gid = facts.GetValueOrDefault("originator_gid") ?? Users.getegid().ToString(CultureInfo.InvariantCulture);
        var received = message.Envelope.ReceivedAt;
        text.Append(CultureInfo.InvariantCulture, $"{message.Envelope.Id}-H\n{Users.ByUid(uid)?.Name ?? $"{uid}"} {uid} {gid}\n<{message.State.EditedSender ?? message.Envelope.Sender}>\n");
        text.Append(CultureInfo.InvariantCulture, $"{received.ToUnixTimeSeconds()} {message.State.WarningsSent}\n-received_time_usec .{received.Ticks % TimeSpan.TicksPerSecond / 10:000000}\n");
    }

    static void Facts(StringBuilder text, StoredMessage message)
    {
        var facts = message.Envelope.Facts;
        void Address(string name, string address, string port)
        {
            if (facts.TryGetValue(address, out var value)) text.Append($"-{name} {value}{(facts.TryGetValue(port, out var number) ? "." + number : "")}\n");
        }
        Address("host_address", "sender_host_address", "sender_host_port");
        Address("interface_address", "received_ip_address", "received_port");
        foreach (var (fact, name) in Lines)
            if (facts.TryGetValue(fact, out var value)) text.Append($"-{name} {value}\n");
        foreach (var (name, value) in facts.Where(static f => f.Key.StartsWith("acl_", StringComparison.Ordinal)).OrderBy(static f => f.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"-{(value.StartsWith('-') ? "-" : "")}acl{name[4]} {name[5..]} {value.Length - 1}\n{value[1..]}\n");
        if (message.State.FirstDelivery is { } first) text.Append(CultureInfo.InvariantCulture, $"-deliver_firsttime {first.ToUnixTimeSeconds()}\n");
        if (message.State.FrozenSince is { } frozen) text.Append(CultureInfo.InvariantCulture, $"-frozen {frozen.ToUnixTimeSeconds()}\n");
        if (message.State.ManuallyThawed) text.Append("-manual_thaw\n");
        if (!facts.ContainsKey("sender_host_address")) text.Append("-local\n");
    }

    /// <summary>Exim's tree of non-recipients: each node says whether it has a left and a right child. A list is a tree of right children.</summary>
    static void Done(StringBuilder text, string[] keys)
    {
        if (keys.Length == 0) text.Append("XX\n");
        for (var i = 0; i < keys.Length; i++) text.Append(i < keys.Length - 1 ? "NY " : "NN ").Append(keys[i]).Append('\n');
    }

    /// <summary>Length, a letter for the fields that Exim looks for, the field with line ends of one byte.</summary>
    static void Field(StringBuilder text, HeaderField field)
    {
        var line = $"{field.Name}:{field.Body}".Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!line.EndsWith('\n')) line += "\n";
        text.Append(CultureInfo.InvariantCulture, $"{line.Length:000}{Letter(field.Name)} {line}");
    }

    static char Letter(string name) => Common.AsciiCase.Lower(name) switch
    {
        "bcc" => 'B', "cc" => 'C', "from" => 'F', "message-id" => 'I', "received" => 'P', "reply-to" => 'R', "sender" => 'S', "to" => 'T', _ => ' ',
    };
}
