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
}

/// <summary>One line of the reply to EHLO: Line gives it, or null where this peer is not offered it.</summary>
sealed record Extension(Extensions Flag, Func<SmtpSession, string?> Line);
