namespace ScriptMta.Acl;

/// <summary>Where an ACL runs: its hook (Exim chapter 43.2). Decides which conditions and modifiers are allowed and the default verdict. Expansion: ${acl} outside of any of them. NotSmtpMime only names the option of its hook: the ACL itself runs as Mime.</summary>
enum AclWhere { Connect, Helo, Mail, Rcpt, PreData, Data, Mime, Vrfy, Expn, Etrn, Auth, StartTls, Quit, NotQuit, NotSmtpStart, NotSmtp, Prdr, Expansion, NotSmtpMime, MailAuth }

enum AclVerdictKind { Accept, Discard, Deny, Defer, Drop }

/// <summary>
/// What an ACL decided. UserText is for the peer (may begin with a code and enhanced code, "550 5.7.1 text"; may have several lines), LogText
/// for the log; null = the default text of the command. At is the statement that decided, null for the implicit deny.
/// </summary>
sealed record AclVerdict(AclVerdictKind Kind, string? UserText = null, string? LogText = null, Common.SourceLocation? At = null)
{
    public static readonly AclVerdict Accept = new(AclVerdictKind.Accept);
    public static readonly AclVerdict Deny = new(AclVerdictKind.Deny);

    /// <summary>The hook that decided, where it is another than the one that was asked: the MIME ACL decides for the message.</summary>
    public AclWhere? Hook { get; init; }

    public bool IsAccept => Kind is AclVerdictKind.Accept or AclVerdictKind.Discard;

    /// <summary>Which logs a rejection goes to (log_reject_target); null = the main and reject logs.</summary>
    public IReadOnlyList<Logging.LogFile>? RejectLogs { get; init; }
}
