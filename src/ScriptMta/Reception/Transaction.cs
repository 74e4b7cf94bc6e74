using ScriptMta.Mail;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>One message on its way in, from MAIL to the reply after the final dot: what the envelope is and what happened to its recipients. Owned by one session.</summary>
sealed class Transaction
{
    public MailAddress Sender { get; set; }
    /// <summary>As MAIL gave it, before a domain was added and before rewriting; null = Sender.</summary>
    public MailAddress? GivenSender { get; set; }
    public List<Recipient> Recipients { get; } = [];
    /// <summary>RCPT commands that were answered 250 though the recipient was thrown away.</summary>
    public int DiscardedRecipients { get; set; }
    /// <summary>Which ACL threw all recipients away ("MAIL", "DATA"), or null.</summary>
    public string? DiscardedBy { get; set; }
    public string? DiscardText { get; set; }
    /// <summary>BODY=: 7, 8, or 0 where it was not given.</summary>
    public int BodyType { get; set; }
    /// <summary>AUTH= of MAIL, decoded; null where it did not come.</summary>
    public string? GivenAuth { get; set; }
    public bool IsSmtpUtf8 { get; set; }
    /// <summary>REQUIRETLS (RFC 8689): every hop is to be encrypted.</summary>
    public bool RequiresTls { get; set; }
    public bool IsPrdr { get; set; }
    public PrdrOutcome Prdr { get; set; }
    /// <summary>The message that comes by BDAT, while it comes.</summary>
    public ChunkedMessage? Chunks { get; set; }
    public bool IsChunked { get; set; }
    /// <summary>"L" where the client pipelined, "L-" where it could have; empty where it could not.</summary>
    public string Pipelining { get; set; } = "";

    /// <summary>RET: FULL, HDRS or empty; ENVID as it came, null where it did not.</summary>
    public string DsnReturn { get; set; } = "";
    public string? DsnEnvelopeId { get; set; }
    /// <summary>Of the RCPT that is being answered.</summary>
    public string? RecipientNotify { get; set; }
    public string? RecipientOriginal { get; set; }
    /// <summary>SIZE= of MAIL (RFC 1870), in bytes; -1 = not given.</summary>
    public long DeclaredSize { get; set; } = -1;
    public bool TooManyLogged { get; set; }

    string? _refusal;
    bool _differentRefusals;

    /// <summary>RCPT was refused so; DATA repeats it when all were refused alike.</summary>
    public void NoteRefusal(string text)
    {
        _differentRefusals |= _refusal is { } before && before != text;
        _refusal = text;
    }

    /// <param name="followsRcpt">The client pipelines and has not heard of the refusal yet: it is no error of its own then, and Exim says so with a capital letter.</param>
    public Reply WhyNoRecipients(string verb, bool followsRcpt) =>
        Replies.NoRecipients(verb, followsRcpt, _differentRefusals ? null : _refusal);
}
