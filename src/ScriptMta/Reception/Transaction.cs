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

    string? _refusal;
    bool _differentRefusals;

    /// <summary>RCPT was refused so; DATA repeats it when all were refused alike.</summary>
    public void NoteRefusal(string text)
    {
        _differentRefusals |= _refusal is { } before && before != text;
        _refusal = text;
    }

    /// <summary>The reply to DATA when no recipient was accepted; a client that pipelines has sent it before it knew, which is no error of its.</summary>
    public Reply WhyNoRecipients(bool sentUnknowing)
    {
        var usual = sentUnknowing ? Replies.NoRecipientsLeft : Replies.NoRecipients;
        return _differentRefusals || _refusal is not { } refusal ? usual : usual with { Text = $"All RCPT commands were rejected with this error:\n{refusal}\n{usual.Text}" };
    }
}
