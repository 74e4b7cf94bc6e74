using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Queue;
using ScriptMta.Reception;
using ScriptMta.Routing;
using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Hosting;

/// <summary>One configuration, whole and immutable: what a reload publishes and a session keeps to its end.</summary>
sealed record LoadedConfiguration
{
    public required ConfigurationDocument Document { get; init; }
    public required SiteSettings Settings { get; init; }
    public required RuleEnvironment Environment { get; init; }
    public required AddressRouter Router { get; init; }
    public required ReceptionRules Reception { get; init; }
    public required QueueRules Queue { get; init; }
    public required Admin.AdminRights Admin { get; init; }
    public required IReadOnlyDictionary<string, TransportTraits> Transports { get; init; }
    /// <summary>Idle connections to other servers; handed on from configuration to configuration.</summary>
    public required PeerPool Pool { get; init; }
    /// <summary>What the server has noticed and may forget; handed on, too. In memory only, until the owner of the spool gives it a directory.</summary>
    public required HintStore Hints { get; init; }
    public required OutgoingPolicies Policies { get; init; }
    public required IReadOnlyList<ConfigurationProblem> Warnings { get; init; }

    /// <summary>For commands: no connection, no message; the caller is this process's user.</summary>
    public ExpansionContext NewContext(bool dryRun)
    {
        var context = new ExpansionContext { Environment = Environment, DryRun = dryRun };
        (context.Connection.CallerUid, context.Connection.CallerGid) = (Common.Posix.Users.getuid(), Common.Posix.Users.getgid());
        return context;
    }
}
