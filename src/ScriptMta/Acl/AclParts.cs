using System.Collections.Frozen;

namespace ScriptMta.Acl;

/// <summary>Every condition and modifier that Exim's ACLs know, and ours. A new one is one line here and one file.</summary>
static class AclParts
{
    static readonly AclPlaces Address = AclPlaces.Only(AclWhere.Rcpt, AclWhere.Prdr, AclWhere.Vrfy);
    static readonly AclPlaces Host = AclPlaces.Except(AclWhere.NotSmtp, AclWhere.NotSmtpStart);
    static readonly AclPlaces Sender = AclPlaces.Except(AclWhere.Connect, AclWhere.Helo, AclWhere.Auth, AclWhere.Quit, AclWhere.Etrn, AclWhere.Expn, AclWhere.StartTls, AclWhere.Vrfy);

    static readonly FrozenDictionary<string, AclPartRow> Rows = new AclPartRow[]
    {
        AclPartRow.Condition("acl", AclPlaces.All, AclCall.Bind),
        AclPartRow.Condition("authenticated", AclPlaces.Except(AclWhere.NotSmtp, AclWhere.NotSmtpStart, AclWhere.Connect, AclWhere.Helo), StringConditions.Authenticated),
        AclPartRow.Condition("condition", AclPlaces.All, StringConditions.Condition),
        AclPartRow.Condition("decode", AclPlaces.Only(AclWhere.Mime), DecodeCondition.Bind),
        AclPartRow.Condition("domains", Address, ListConditions.Domains),
        AclPartRow.Condition("encrypted", AclPlaces.Except(AclWhere.NotSmtp, AclWhere.NotSmtpStart, AclWhere.Helo), StringConditions.Encrypted),
        AclPartRow.Condition("hosts", Host, ListConditions.Hosts),
        AclPartRow.Condition("js", AclPlaces.All, ScriptCondition.Bind),
        AclPartRow.Condition("local_parts", Address, ListConditions.LocalParts),
        AclPartRow.Condition("malware", AclPlaces.Content, MalwareCondition.Bind),
        AclPartRow.Condition("mime_regex", AclPlaces.Only(AclWhere.Mime), RegexConditions.Decoded),
        AclPartRow.Condition("recipients", AclPlaces.Only(AclWhere.Rcpt, AclWhere.Prdr), ListConditions.Recipients),
        AclPartRow.Condition("regex", AclPlaces.ContentOrPart, RegexConditions.Raw),
        AclPartRow.Condition("sender_domains", Sender, ListConditions.SenderDomains),
        AclPartRow.Condition("senders", Sender, ListConditions.Senders),
        AclPartRow.Condition("spam", AclPlaces.Content, SpamCondition.Bind),
        AclPartRow.Condition("verify", AclPlaces.All, VerifyCondition.Bind),

        AclPartRow.Condition("atrn_domains", AclPlaces.All, null),
        AclPartRow.Condition("dcc", AclPlaces.Content, null) with { Instead = "use \"spam\" with spamd or rspamd, which ask DCC themselves" },
        AclPartRow.Condition("demime", AclPlaces.Content, null) with { Instead = "it left Exim with release 4.70: use acl_smtp_mime with \"condition\" on $mime_filename" },
        AclPartRow.Condition("dkim_signers", AclPlaces.All, null),
        AclPartRow.Condition("dkim_status", AclPlaces.All, null),
        AclPartRow.Condition("dmarc_status", AclPlaces.Only(AclWhere.Data), null),
        AclPartRow.Condition("dnslists", AclPlaces.All, DnsListsCondition.Bind),
        AclPartRow.Condition("ratelimit", AclPlaces.All, RatelimitCondition.Bind),
        AclPartRow.Condition("seen", AclPlaces.All, SeenCondition.Bind),
        AclPartRow.Condition("spf", AclPlaces.Message, null),
        AclPartRow.Condition("spf_guess", AclPlaces.Message, null),

        AclPartRow.Modifier("add_header", AclPlaces.Message, HeaderModifiers.Add),
        AclPartRow.Modifier("continue", AclPlaces.All, TextModifiers.Continue),
        AclPartRow.Modifier("control", AclPlaces.All, ControlModifier.Bind),
        AclPartRow.Modifier("delay", AclPlaces.Except(AclWhere.NotQuit), DelayModifier.Bind),
        AclPartRow.Modifier("endpass", AclPlaces.All, TextModifiers.EndPass) with { HasNoArgument = true },
        AclPartRow.Modifier("log_message", AclPlaces.All, TextModifiers.LogMessage),
        AclPartRow.Modifier("log_reject_target", AclPlaces.All, LogModifiers.RejectTarget),
        AclPartRow.Modifier("logwrite", AclPlaces.All, LogModifiers.LogWrite),
        AclPartRow.Modifier("message", AclPlaces.All, TextModifiers.Message),
        AclPartRow.Modifier("queue", AclPlaces.Except(AclWhere.Data, AclWhere.Mime, AclWhere.Prdr, AclWhere.NotSmtp), QueueModifier.Bind),
        AclPartRow.Modifier("remove_header", AclPlaces.Message, HeaderModifiers.Remove),
        AclPartRow.Modifier("set", AclPlaces.All, SetModifier.Bind),
        AclPartRow.Modifier("udpsend", AclPlaces.All, UdpSendModifier.Bind),
    }.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => Rows.Keys;
    public static AclPartRow? Find(string name) => Rows.GetValueOrDefault(name);
}
