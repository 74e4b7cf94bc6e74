using System.Collections.Immutable;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>A message from a local program (sendmail -t, -i, …): what the command line said. Text is byte text.</summary>
sealed record SubmissionRequest
{
    public ImmutableArray<string> Recipients { get; init; } = [];
    /// <summary>-t: recipients from To, Cc and Bcc.</summary>
    public bool ExtractRecipients { get; init; }
    /// <summary>-i: a line with a single dot does not end the message.</summary>
    public bool DotIsData { get; init; }
    /// <summary>-f: as given; "&lt;&gt;" or empty = the null sender; null = the caller.</summary>
    public string? Sender { get; init; }
    /// <summary>-F.</summary>
    public string? FullName { get; init; }
    public required uint CallerUid { get; init; }
    public required uint CallerGid { get; init; }
    /// <summary>-odq.</summary>
    public bool QueueOnly { get; init; }
    /// <summary>Another -od option: it overrides queue_only and queue_only_file, unless queue_only_override is false.</summary>
    public bool DeliversNow { get; init; }
    /// <summary>-odqs: routed and delivered locally now; what goes to other hosts waits for a queue run.</summary>
    public bool FirstPass { get; init; }
    /// <summary>-oMr and -p: replaces $received_protocol where the caller is trusted.</summary>
    public string? Protocol { get; init; }
    /// <summary>-oMa, -oMs, -oMt … by the letters after -oM, for trusted callers.</summary>
    public ImmutableDictionary<string, string> Facts { get; init; } = ImmutableDictionary<string, string>.Empty;
    /// <summary>-oe: 'p' and 'q' tell the caller what is wrong, 'm', 'e' and 'w' write to the sender.</summary>
    public char ErrorMode { get; init; } = 'p';
    /// <summary>-B, -R, -N, -V as given; null = not given.</summary>
    public string? BodyType { get; init; }
    public string? DsnReturn { get; init; }
    public string? DsnNotify { get; init; }
    public string? DsnEnvelopeId { get; init; }
}

/// <summary>The end of a submission: the id of the accepted message (null when it was refused or discarded), a sysexits status, and what to say on standard error.</summary>
sealed record SubmissionResult(MessageId? Id, int ExitCode, string ErrorText);
