namespace ScriptMta.Transports;

/// <summary>What a mailbox holds: bytes and files.</summary>
readonly record struct MailboxUsage(long Size, long Files)
{
    public static MailboxUsage operator +(MailboxUsage one, MailboxUsage other) => new(one.Size + other.Size, one.Files + other.Files);
}
