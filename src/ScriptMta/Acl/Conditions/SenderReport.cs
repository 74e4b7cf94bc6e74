using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Acl;

/// <summary>
/// Why verify = sender did not hold, until a refusal has told it (Exim 44.50). Log is null where the cache, which keeps no texts, decided. Details are the lines that come before
/// the refusal; null = there are none to give.
/// </summary>
sealed class SenderReport(string sender, bool isDeferral, string? log, string? details)
{
    public string Sender => sender;
    public bool IsDeferral => isDeferral;
    public string? Log => log;
    public string? Details => details;
    /// <summary>Each is told once.</summary>
    public bool IsTold { get; set; }
}

/// <summary>What the routers said of a sender, for the rest of the message. Report is there when they did not take it.</summary>
sealed record KnownSender(VerifyOutcome Outcome, SenderReport? Report);
