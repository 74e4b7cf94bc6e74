using System.Collections.Frozen;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;
using ScriptMta.Spool;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>What the queue needs of one loaded configuration. An attempt keeps the rules that it began with.</summary>
sealed record QueueRules
{
    public required RuleEnvironment Environment { get; init; }
    public required AddressRouter Router { get; init; }
    public required FrozenDictionary<string, ITransport> Transports { get; init; }
    public required RetryRules Retry { get; init; }
    /// <summary>What is remembered of failures; it outlives a reload.</summary>
    public required RetryHints Retries { get; init; }
    /// <summary>Where nothing may go just now; it outlives a reload, too.</summary>
    public required Suspensions Suspensions { get; init; }
    public required QueueOptions Options { get; init; }

    /// <summary>Null when there are errors, which are in the problems of <paramref name="main"/>, or no router to work with.</summary>
    public static QueueRules? Load(ConfigurationDocument document, OptionReader main, RuleEnvironment environment, AddressRouter? router, FrozenDictionary<string, ITransport> transports, HintStore? hints = null)
    {
        var options = QueueOptions.From(main);
        var retry = RetryRules.Load(document.Retry, main.Problems);
        hints ??= new HintStore(environment.Clock);
        return router is null || main.Problems.HasErrors ? null
            : new QueueRules { Environment = environment, Router = router, Transports = transports, Retry = retry, Retries = new(hints), Suspensions = new(hints), Options = options };
    }
}
