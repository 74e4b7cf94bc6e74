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

    /// <summary>What the routers said of senders, so that one message asks them once for each.</summary>
    public Dictionary<string, KnownSender> KnownSenders { get; } = new(StringComparer.Ordinal);
    /// <summary>Why the last verify = sender did not hold; null = nothing to tell.</summary>
    public SenderReport? SenderReport { get; set; }
    /// <summary>The open transaction of a callout with hold: closed when the message ends.</summary>
    public HeldCallout? HeldCallout { get; set; }
    /// <summary>control = cutthrough_delivery, while it can be kept to.</summary>
    public CutThrough? CutThrough { get; set; }
    /// <summary>-bhc: callouts are made although this is a dry run.</summary>
    public bool MakesCallouts { get; init; }
    /// <summary>What verify = csa found, by domain; for the connection.</summary>
    public Dictionary<string, CsaFinding> CsaFindings { get; } = new(StringComparer.Ordinal);
    /// <summary>Whether the peer may send addresses without a domain; null = it is no other host, so it may.</summary>
    public Func<bool>? UnqualifiedSenders { get; init; }
    public Func<bool>? UnqualifiedRecipients { get; init; }
    /// <summary>Lines that `warn log_message` has written for this message: each is written once.</summary>
    public HashSet<string> WarningsLogged { get; } = new(StringComparer.Ordinal);
    /// <summary>The case of the recipient's local part as received, for control = caseful_local_part.</summary>
    public string RecipientLocalPart { get; set; } = "";
    /// <summary>The recipient with its quotes and capitals: what is verified; null outside of RCPT.</summary>
    public MailAddress? Recipient { get; set; }

    /// <summary>Sends what waits to be sent, before a delay (44.21); null where nothing is sent.</summary>
    public Func<CancellationToken, ValueTask>? FlushReplies { get; set; }

    /// <summary>The message, while the ACLs run that may look into it; null otherwise.</summary>
    public MessageContent? Content { get; set; }

    /// <summary>Connection-wide controls: their effect does not end with the message.</summary>
    public HashSet<string> ConnectionControls { get; } = new(StringComparer.Ordinal);

    /// <summary>What ratelimit conditions have found.</summary>
    public RatesMeasured Rates { get; } = new();

    /// <summary>What control = debug has switched on; whoever owns the session ends it.</summary>
    public DebugTrace? Debug { get; set; }
    /// <summary>Sets the octet (DSCP, TOS) of packets to the peer and says what went wrong; null where there is no network.</summary>
    public Func<int, string?>? MarkPackets { get; set; }

    public DnsListFailures DnsListFailures { get; } = new();

    public static bool Allows(Func<bool>? rule) => rule is null || rule();

    /// <summary>The message takes the usual way; the host that had its recipients is let go.</summary>
    public void StopCutThrough()
    {
        HeldCallout?.Close();
        (HeldCallout, CutThrough) = (null, null);
    }

    /// <summary>Forgets everything that belongs to one message.</summary>
    public void Reset()
    {
        Rates.Forget(RateScope.Message);
        KnownSenders.Clear();
        SenderReport = null;
        StopCutThrough();
        WarningsLogged.Clear();
        (Recipient, RecipientLocalPart) = (null, "");
        HeadersAdd.Clear();
        HeadersRemove.Clear();
        Controls.Clear();
    }
}

enum AddedHeaderPlace { AtEnd, AtStart, AtStartRfc, AfterReceived }
