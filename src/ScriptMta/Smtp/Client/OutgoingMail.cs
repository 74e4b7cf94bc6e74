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
    /// <summary>Writes header section, blank line and body through the function it is given, in pieces, with CRLF or LF line ends.</summary>
    public required Func<ContentWriter, CancellationToken, ValueTask> WriteContent { get; init; }
}

/// <summary>Takes the next piece of a message; returns when it may be reused.</summary>
delegate ValueTask ContentWriter(ReadOnlyMemory<byte> piece, CancellationToken cancel);

/// <summary>What became of one recipient.</summary>
abstract record RecipientResult
{
    RecipientResult() { }

    /// <summary>The server has taken responsibility. Final is its reply after the dot.</summary>
    public sealed record Accepted(PeerReply Final) : RecipientResult;

    /// <summary>The server said no, or not now. Command is what it was said to, as Exim names it ("pipelined DATA", "end of data").</summary>
    public sealed record Refused(SmtpStep Step, string Command, PeerReply Reply) : RecipientResult
    {
        public string Text => $"SMTP error from remote mail server after {Command}: {Reply.Text}";
    }

    /// <summary>The conversation broke before this recipient was settled.</summary>
    public sealed record Broken(PeerTrouble Trouble) : RecipientResult;
}
