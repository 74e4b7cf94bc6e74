namespace ScriptMta.Reception;

/// <summary>Where a session stands; each state includes those before it (RFC 5321 3, 4.1.4). Flags, so that a command can list where it is legal.</summary>
[Flags]
enum SessionState
{
    /// <summary>Nothing but the banner.</summary>
    Connected = 1,
    /// <summary>HELO or EHLO accepted; no transaction.</summary>
    Greeted = 2,
    /// <summary>MAIL accepted.</summary>
    HasSender = 4,
    /// <summary>At least one RCPT accepted (or discarded).</summary>
    HasRecipients = 8,

    Any = Connected | Greeted | HasSender | HasRecipients,
}

/// <summary>What a command leaves behind for the session loop.</summary>
enum SessionStep { Continue, Close }

/// <summary>When the client must have read our reply before it sends on (RFC 2920 3.1).</summary>
enum SyncRule { Always, UnlessPipelining, Never }
