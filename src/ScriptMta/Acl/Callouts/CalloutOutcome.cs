namespace ScriptMta.Acl;

/// <summary>Which command of a callout got the answer that decided: $sender_verify_failure and $recipient_verify_failure.</summary>
enum CalloutStage { Greeting, Mail, Recipient, Postmaster }

/// <summary>What a callout came to.</summary>
abstract record CalloutOutcome
{
    CalloutOutcome() { }

    /// <summary>Random: a made-up local part was accepted, so nothing is known of this one. Accepted: a host said yes to this very address.</summary>
    public sealed record Passed(bool Random = false, bool Accepted = false) : CalloutOutcome;

    /// <summary>
    /// A host said no, now or (Log null) as the cache remembers. Called, Sent and Response are the details of the conversation, Response with one line for each
    /// of the reply's; all empty when the cache answered, which leaves Cached. NullRefused: MAIL FROM:&lt;&gt; was what the host refused.
    /// </summary>
    public sealed record Failed(CalloutStage Stage, string? Log) : CalloutOutcome
    {
        public string Called { get; init; } = "";
        public string Sent { get; init; } = "";
        public string Response { get; init; } = "";
        public string Cached { get; init; } = "";
        public bool NullRefused { get; init; }
    }

    /// <summary>No host could be asked. Reason is null where more than one was tried: Exim then says nothing of any of them.</summary>
    public sealed record Deferred(string? Reason) : CalloutOutcome;
}
