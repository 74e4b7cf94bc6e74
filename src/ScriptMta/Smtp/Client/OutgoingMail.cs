namespace ScriptMta.Smtp;

/// <summary>One message to hand to a server, with those of its recipients that go there.</summary>
sealed record OutgoingMail
{
    /// <summary>Empty = the null sender.</summary>
    public required string ReturnPath { get; init; }
    /// <summary>Without angle brackets. The caller has made sure that there are no control characters.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }
    /// <summary>What SIZE= says, in bytes; 0 = say nothing (Exim adds size_addition to what it counts).</summary>
    public long SizeToDeclare { get; init; }
    /// <summary>The message arrived as BODY=8BITMIME: say so where the server understands it.</summary>
    public bool EightBit { get; init; }
    /// <summary>The message arrived with SMTPUTF8 (RFC 6531).</summary>
    public bool IsUtf8 { get; init; }
    /// <summary>control = utf8_downconvert: "1" = addresses go out as a-labels, "-1" = where the server does not take them otherwise; anything else = never.</summary>
    public string Downconvert { get; init; } = "";
    /// <summary>RFC 8689: only over verified TLS, to a server that promises the same.</summary>
    public bool RequiresTls { get; init; }
    /// <summary>AUTH= of MAIL (RFC 4954 5) as it stands on the wire; null = none.</summary>
    public string? AuthenticatedSender { get; init; }
    /// <summary>RET and ENVID of MAIL, and what each recipient's RCPT asks; null = nothing to pass on (RFC 3461).</summary>
    public OutgoingReports? Reports { get; init; }
    public required OutgoingContent Content { get; init; }
}

/// <summary>Return is FULL, HDRS or empty; EnvelopeId is xtext as it came. Requests stand in the order of the recipients.</summary>
sealed record OutgoingReports(string Return, string EnvelopeId, IReadOnlyList<ReportRequest> Requests);

/// <summary>NOTIFY and ORCPT of one recipient, as they came; null = not given.</summary>
readonly record struct ReportRequest(string? Notify, string? OriginalRecipient);

/// <summary>What became of one recipient.</summary>
abstract record RecipientResult
{
    RecipientResult() { }

    /// <summary>The server has taken responsibility. Final is its reply after the content, preceded by the one for this recipient where there was one (PRDR).</summary>
    public sealed record Accepted(PeerReply Final) : RecipientResult;

    /// <summary>The server said no, or not now. Command is what it was said to, as Exim names it ("pipelined DATA", "end of data").</summary>
    public sealed record Refused(SmtpStep Step, string Command, PeerReply Reply) : RecipientResult
    {
        /// <summary>Exim's name for a refusal of this kind.</summary>
        public string Kind { get; init; } = "SMTP error from remote mail server";
        public string Text => $"{Kind} after {Command}: {Reply.Text}";
    }

    /// <summary>The conversation broke before this recipient was settled.</summary>
    public sealed record Broken(PeerTrouble Trouble) : RecipientResult;
}
