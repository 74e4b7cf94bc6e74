using ScriptMta.Mail;

namespace ScriptMta.Expansion;

/// <summary>What is known of the message or transaction so far.</summary>
sealed class MessageFacts
{
    public MessageId? Id { get; set; }
    public ListResults ListResults { get; } = new();
    public LookupAnswers LookupAnswers { get; } = new();
    /// <summary>Null before MAIL; the null address after MAIL FROM:&lt;&gt;.</summary>
    public MailAddress? Sender { get; set; }
    public List<MailAddress> Recipients { get; } = [];
    /// <summary>Null while no header section has been read: $h_… then fails or is empty as Exim has it.</summary>
    public HeaderSection? Headers { get; set; }
    /// <summary>Target set of $h_… while a filter's "headers charset" holds; null = headers_charset.</summary>
    public string? HeadersCharset { get; set; }
    public DateTimeOffset ReceivedAt { get; set; }
    /// <summary>$message_size: whole message; before DATA the SIZE= parameter; -1 unknown.</summary>
    public long Size { get; set; } = -1;
    public long BodySize { get; set; }
    public int LineCount { get; set; }
    public int BodyLineCount { get; set; }
    public int BodyZeroCount { get; set; }
    public int MaxReceivedLineLength { get; set; }
    public int RcptCount { get; set; }
    public int RcptDeferCount { get; set; }
    public int RcptFailCount { get; set; }
    /// <summary>BODY of MAIL: 7, 8, or 0 where it was not given.</summary>
    public int BodyType { get; set; }
    /// <summary>MAIL asked for SMTPUTF8 (RFC 6531).</summary>
    public bool IsSmtpUtf8 { get; set; }
    /// <summary>control = utf8_downconvert: "1", "0" or "-1"; empty = not asked for.</summary>
    public string Utf8Downconvert { get; set; } = "";
    /// <summary>MAIL asked for TLS on every hop (RFC 8689).</summary>
    public bool RequiresTls { get; set; }
    /// <summary>MAIL asked for an answer per recipient.</summary>
    public bool IsPrdr { get; set; }
    /// <summary>RET of MAIL (RFC 3461 4.3): FULL, HDRS, or empty.</summary>
    public string DsnReturn { get; set; } = "";
    /// <summary>ENVID of MAIL, as it came (xtext).</summary>
    public string DsnEnvelopeId { get; set; } = "";
    public string AuthenticatedSender { get; set; } = "";
    /// <summary>$return_path once it is decided for a delivery.</summary>
    public string ReturnPath { get; set; } = "";
    /// <summary>Up to n bytes from the start of the body; null when there is no body to look at.</summary>
    public Func<int, byte[]>? BodyStart { get; set; }
    /// <summary>Up to n bytes from the end of the body.</summary>
    public Func<int, byte[]>? BodyEnd { get; set; }
    public bool FirstDelivery { get; set; }
    public bool ManuallyThawed { get; set; }
    /// <summary>What content scanning found in this message, by variable name ($mime_…, $regex…, $spam_…, $malware_name …).</summary>
    public Dictionary<string, Value> Content { get; } = new(StringComparer.Ordinal);
    /// <summary>$acl_m…: name after "acl_m" → value; kept with the message in the spool.</summary>
    public Dictionary<string, Value> AclVariables { get; } = new(StringComparer.Ordinal);
}
