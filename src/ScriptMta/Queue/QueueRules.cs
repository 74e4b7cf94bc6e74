namespace ScriptMta.Queue;

/// <summary>What the queue needs of one loaded configuration: environment, router, transports by name, retry rules, queue options, system filter.</summary>
sealed record QueueRules;
