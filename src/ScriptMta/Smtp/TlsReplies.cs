namespace ScriptMta.Smtp;

/// <summary>What STARTTLS is answered (RFC 3207 4).</summary>
static class TlsReplies
{
    public static readonly Reply GoAhead = new(220, "2.0.0", "TLS go ahead");
    public static readonly Reply Unavailable = new(454, "4.7.0", "TLS currently unavailable");
}
