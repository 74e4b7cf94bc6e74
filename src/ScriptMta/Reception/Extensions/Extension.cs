namespace ScriptMta.Reception;

/// <summary>What EHLO can offer. Flags, so that a session remembers in one word what it has offered.</summary>
[Flags]
enum Extensions
{
    None = 0,
    Size = 1,
    EightBitMime = 2,
    Vrfy = 4,
    Pipelining = 8,
    Dsn = 16,
    Etrn = 32,
    Expn = 64,
    Chunking = 128,
    Prdr = 256,
    SmtpUtf8 = 512,
    Limits = 1024,
    StartTls = 2048,
    PipeConnect = 4096,
    RequireTls = 8192,
    Auth = 16384,
}

/// <summary>One line of the reply to EHLO: Line gives it, or null where this peer is not offered it.</summary>
sealed record Extension(Extensions Flag, Func<SmtpSession, string?> Line);
