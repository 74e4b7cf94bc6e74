using ScriptMta.Expansion;

namespace ScriptMta.Reception;

/// <summary>Whether the messages of one connection (or one local caller) are delivered at once or only queued: smtp_accept_queue, smtp_accept_queue_per_connection, queue_only_load, queue_only_file (Exim 14). One owner.</summary>
sealed class QueueDecision(ReceptionRules rules, MachineState machine)
{
    string? _latched;

    /// <summary>What the caller's command line says of delivery; null = a client.</summary>
    public SubmissionRequest? Caller { get; init; }

    /// <summary>An -od option overrides queue_only and queue_only_file (Exim 14, queue_only_override).</summary>
    bool Overrides => rules.Options.Limits.QueueOnlyOverride && Caller is { DeliversNow: true };

    /// <summary>How many connections there were when this one began, itself included; 0 for a local caller.</summary>
    public int Connections { get; init; }

    /// <summary>Why the message only waits in the queue, as the log says it (empty: it says nothing); null when it is delivered at once. Messages counts those of this connection, this one included.</summary>
    public string? Reason(int messages)
    {
        var limits = rules.Options.Limits;
        if (Caller is { QueueOnly: true }) return "";
        if (_latched is not null) return _latched;
        if (limits.AcceptQueue > 0 && Connections > limits.AcceptQueue) return _latched = $"too many connections ({Connections}, max {limits.AcceptQueue})";
        if (limits.AcceptQueuePerConnection > 0 && messages > limits.AcceptQueuePerConnection) return $"more than {limits.AcceptQueuePerConnection} messages received in one connection";
        if (limits.QueueOnlyLoad >= 0 && machine.Load() is var load && load > limits.QueueOnlyLoad)
        {
            var reason = FormattableString.Invariant($"load average {load / 1000.0:F2}");
            if (limits.QueueOnlyLoadLatch) _latched = reason;
            return reason;
        }
        return !Overrides && (rules.Options.QueueOnly || limits.QueueOnlyFiles.Any(File.Exists)) ? "" : null;
    }

    /// <summary>Routed and delivered locally now; what goes to other hosts waits for a queue run.</summary>
    public bool IsFirstPass => rules.Options.Limits.QueueSmtpFiles.Any(File.Exists) || Caller is { FirstPass: true } && (Overrides || !rules.Options.QueueOnly);

    /// <summary>Tells the log of a message that waits.</summary>
    public static void Log(ExpansionContext context, Mail.MessageId id, string reason)
    {
        var log = context.Environment.Log;
        if (reason.Length > 0 && log.Options.Has("delay_delivery")) log.Main(id, "no immediate delivery: " + reason);
    }
}
