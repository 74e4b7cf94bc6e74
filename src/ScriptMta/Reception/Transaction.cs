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
    public bool Is8Bit { get; set; }
    /// <summary>SIZE= of MAIL (RFC 1870), in bytes; -1 = not given.</summary>
    public long DeclaredSize { get; set; } = -1;
    public bool TooManyLogged { get; set; }

    Reply? _refusal;
    bool _differentRefusals;
    int _refused;

    /// <summary>RCPT was refused; DATA repeats the reply when all were refused alike.</summary>
    public void NoteRefusal(Reply reply)
    {
        _differentRefusals |= _refusal is { } before && before != reply;
        _refusal = reply;
        _refused++;
    }

    public Reply WhyNoRecipients() =>
        _refused == 0 ? Replies.NoRecipients
        : _differentRefusals || _refusal is not { } refusal ? Replies.NoRecipientsLeft
        : Replies.NoRecipientsBecause(refusal.Text);
}
