using System.Collections.Frozen;

namespace ScriptMta.Acl;

/// <summary>How messages and options call the hooks.</summary>
static class AclWhereNames
{
    static readonly (AclWhere Where, string Option, string Text)[] Rows =
    [
        (AclWhere.Connect, "acl_smtp_connect", "connection"), (AclWhere.Helo, "acl_smtp_helo", "EHLO or HELO"), (AclWhere.Mail, "acl_smtp_mail", "MAIL"),
        (AclWhere.Rcpt, "acl_smtp_rcpt", "RCPT"), (AclWhere.PreData, "acl_smtp_predata", "PREDATA"), (AclWhere.Data, "acl_smtp_data", "DATA"),
        (AclWhere.Mime, "acl_smtp_mime", "MIME"), (AclWhere.Vrfy, "acl_smtp_vrfy", "VRFY"), (AclWhere.Expn, "acl_smtp_expn", "EXPN"),
        (AclWhere.Etrn, "acl_smtp_etrn", "ETRN"), (AclWhere.Auth, "acl_smtp_auth", "AUTH"), (AclWhere.StartTls, "acl_smtp_starttls", "STARTTLS"),
        (AclWhere.Quit, "acl_smtp_quit", "QUIT"), (AclWhere.NotQuit, "acl_smtp_notquit", "not-QUIT"), (AclWhere.NotSmtpStart, "acl_not_smtp_start", "non-SMTP-start"),
        (AclWhere.NotSmtp, "acl_not_smtp", "non-SMTP"), (AclWhere.Prdr, "acl_smtp_data_prdr", "PRDR"), (AclWhere.Expansion, "", "expansion"),
        (AclWhere.NotSmtpMime, "acl_not_smtp_mime", "MIME"), (AclWhere.MailAuth, "acl_smtp_mailauth", "MAILAUTH"),
    ];

    static readonly FrozenDictionary<AclWhere, string> Texts = Rows.ToFrozenDictionary(r => r.Where, r => r.Text);

    /// <summary>Main option → hook, for the hooks that run today.</summary>
    public static IEnumerable<(AclWhere Where, string Option)> Options =>
        Rows.Where(r => r.Where is not AclWhere.Expansion).Select(r => (r.Where, r.Option));

    public static string Text(AclWhere where) => Texts[where];
}
