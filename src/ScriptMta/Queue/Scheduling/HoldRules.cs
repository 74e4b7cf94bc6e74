using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Queue;

/// <summary>Why an address is not delivered now though its time has come, as the log has it.</summary>
readonly record struct Hold(string Text, int Errno);

/// <summary>Mail that rules keep back: hold_domains, queue_domains, queue_smtp_domains (Exim 14). A list that cannot be decided keeps it back, too.</summary>
sealed record HoldRules(RuleList? Held, RuleList? Queued, RuleList? QueuedRemote)
{
    /// <summary>As Exim's log shows them.</summary>
    public const int IsHeld = -23, IsQueued = -56;

    public static readonly HoldRules None = new(null, null, null);

    public static HoldRules From(OptionReader main) =>
        new(main.List("hold_domains", RuleList.Domains), main.List("queue_domains", RuleList.Domains), main.List("queue_smtp_domains", RuleList.Domains));

    /// <param name="isRun">The attempt belongs to a queue run or to the message's own retry time, which stands for one.</param>
    public Hold? Of(string domain, ExpansionContext context, bool isRun)
    {
        if (Matches(Held, domain, context)) return new("domain is held", IsHeld);
        return !isRun && Matches(Queued, domain, context) ? new("domain is in queue_domains", IsQueued) : null;
    }

    /// <summary>Routed, but not sent before a queue run.</summary>
    public bool KeepsRemote(string domain, ExpansionContext context, bool isRun) => !isRun && Matches(QueuedRemote, domain, context);

    static bool Matches(RuleList? list, string domain, ExpansionContext context) => list is not null && list.MatchDomain(domain, context).Match.Kind != MatchKind.No;
}
