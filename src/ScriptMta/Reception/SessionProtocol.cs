namespace ScriptMta.Reception;

/// <summary>$received_protocol (RFC 3848): [local-](e)smtp, then s with TLS and a with authentication.</summary>
static class SessionProtocol
{
    /// <summary>Authentication shows only in ESMTP, as in Exim.</summary>
    public static string Of(SmtpSession session)
    {
        var secured = session.Connection.IsEncrypted ? "s" : "";
        var authenticated = session.IsEsmtp && session.Context.Connection.Authenticator.Length > 0 ? "a" : "";
        if (session.IsLmtp) return $"lmtp{secured}{authenticated}";
        return $"{(session.IsLocal && session.Context.Connection.HostAddress.Length == 0 ? "local-" : "")}{(session.IsEsmtp ? "esmtp" : "smtp")}{secured}{authenticated}";
    }
}
