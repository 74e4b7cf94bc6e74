using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>What ACL statements have asked for so far in one message: effects that Reception carries out at the end. Owned by one session; Reset between messages.</summary>
sealed class AclSession
{
    /// <summary>Header lines to add, in order, with their place (Exim 43.24).</summary>
    public List<(AddedHeaderPlace Place, HeaderField Field)> HeadersAdd { get; } = [];
    /// <summary>Names (perhaps patterns) to remove.</summary>
    public List<string> HeadersRemove { get; } = [];
    /// <summary>control = … that are on for this message, name → argument (submission → /domain=…, freeze, queue, fakereject …).</summary>
    public Dictionary<string, string> Controls { get; } = new(StringComparer.Ordinal);

    /// <summary>The outcome of verify = sender, so that one message asks the routers once; null = not asked.</summary>
    public Routing.VerifyOutcome? SenderVerified { get; set; }
    /// <summary>Why verify = sender failed, until a refusal has told it; null = nothing to tell.</summary>
    public (MailAddress Sender, string Text)? SenderFailure { get; set; }
    /// <summary>A refusal has told it once (Exim 44.45).</summary>
    public bool SenderFailureTold { get; set; }
    /// <summary>Lines that `warn log_message` has written for this message: each is written once.</summary>
    public HashSet<string> WarningsLogged { get; } = new(StringComparer.Ordinal);
    /// <summary>The case of the recipient's local part as received, for control = caseful_local_part.</summary>
    public string RecipientLocalPart { get; set; } = "";

    /// <summary>Sends what waits to be sent, before a delay (44.21); null where nothing is sent.</summary>
    public Func<CancellationToken, ValueTask>? FlushReplies { get; set; }

    /// <summary>The message, while the ACLs run that may look into it; null otherwise.</summary>
    public MessageContent? Content { get; set; }

    /// <summary>Connection-wide controls: their effect does not end with the message.</summary>
    public HashSet<string> ConnectionControls { get; } = new(StringComparer.Ordinal);

    /// <summary>What ratelimit conditions have found.</summary>
    public RatesMeasured Rates { get; } = new();

    public DnsListFailures DnsListFailures { get; } = new();

    /// <summary>Forgets everything that belongs to one message.</summary>
    public void Reset()
    {
        Rates.Forget(RateScope.Message);
        SenderVerified = null;
        SenderFailureTold = false;
        SenderFailure = null;
        WarningsLogged.Clear();
        RecipientLocalPart = "";
        HeadersAdd.Clear();
        HeadersRemove.Clear();
        Controls.Clear();
    }
}

enum AddedHeaderPlace { AtEnd, AtStart, AtStartRfc, AfterReceived }
