namespace ScriptMta.Spool;

/// <summary>What has happened to a queued message, oldest first. Since: what it had come to when it was last copied forward, where older changes are forgotten; null = the changes are all there are.</summary>
sealed record MessageHistory(DeliveryState? Since, IReadOnlyList<SpoolChange> Changes);
