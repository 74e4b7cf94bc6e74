using ScriptMta.Expansion;
using ScriptMta.Routing;

namespace ScriptMta.Acl;

/// <summary>What the statements of one ACL call work with. One owner; a nested call has its own with the same session and context.</summary>
sealed class AclRun
{
    public required AclRunner Runner { get; init; }
    public required AclWhere Where { get; init; }
    public required AclSession Session { get; init; }
    public required ExpansionContext Context { get; init; }
    public AddressRouter? Router => Runner.Router;
    /// <summary>How deep calls of acl = are nested.</summary>
    public int Depth { get; init; }

    /// <summary>The message and log_message modifiers that the running statement has seen.</summary>
    public Template? Message { get; set; }
    public Template? LogMessage { get; set; }
    public bool EndPassSeen { get; set; }
    /// <summary>Texts that conditions (verification, nested ACLs) left: what $acl_verify_message shows while messages are expanded.</summary>
    public string? UserText { get; set; }
    public string? LogText { get; set; }
    /// <summary>log_reject_target: lasts for the rest of this ACL.</summary>
    public IReadOnlyList<Logging.LogFile>? RejectLogs { get; set; }
    /// <summary>A deferral whose text the peer may see: a defer verb or a callout (44.21).</summary>
    public bool TemporaryDetails { get; set; }

    public void BeginStatement()
    {
        (Message, LogMessage, UserText, LogText) = (null, null, null, null);
        EndPassSeen = false;
    }
}
