namespace ScriptMta.Routing;

/// <summary>Where an address stands that might be rewritten; header kinds include the Resent- forms (Exim 31.8).</summary>
[Flags]
enum RewriteKinds
{
    None = 0,
    Sender = 1, From = 2, To = 4, Cc = 8, Bcc = 16, ReplyTo = 32,
    EnvelopeFrom = 64, EnvelopeTo = 128,
    /// <summary>The argument of MAIL or RCPT as it came, before its syntax is looked at (Exim 31.9).</summary>
    Smtp = 256,

    Headers = Sender | From | To | Cc | Bcc | ReplyTo,
    Envelope = EnvelopeFrom | EnvelopeTo,
    All = Headers | Envelope,
}
