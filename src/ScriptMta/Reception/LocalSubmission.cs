using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>Takes messages that local programs submit, the same way as those that come by SMTP, and runs SMTP sessions over a pair of streams (-bs).</summary>
sealed class LocalSubmission
{
    public LocalSubmission(ISpool spool, Func<ReceptionRules> rules, MessageIdSource ids) => throw new NotImplementedException();

    /// <summary>Reads the message to its end (or the line with a single dot); returns when it is on stable storage or refused.</summary>
    public ValueTask<SubmissionResult> AcceptAsync(SubmissionRequest request, Stream message, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>An SMTP session with a local caller; returns when it is over. Output is flushed after each batch of replies.</summary>
    public ValueTask ConverseAsync(SubmissionRequest caller, Stream input, Stream output, CancellationToken cancel) => throw new NotImplementedException();
}
