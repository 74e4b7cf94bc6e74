namespace ScriptMta.Queue;

/// <summary>One destination at one moment: what <c>scriptmta queue top</c> shows of it.</summary>
sealed record DestinationStanding
{
    /// <summary>Host names, or the domain or transport where there are none.</summary>
    public required string Name { get; init; }
    public required string Transport { get; init; }
    /// <summary>Messages that could be delivered now and wait for a turn.</summary>
    public required int Ready { get; init; }
    /// <summary>Deliveries under way.</summary>
    public required int InFlight { get; init; }
    /// <summary>Messages that wait for the hosts to work again, as far as they have been looked at since the start.</summary>
    public required int Deferred { get; init; }
    /// <summary>How many deliveries it may have at once just now; int.MaxValue = no limit.</summary>
    public required int Limit { get; init; }
    /// <summary>Deliveries begun in the last minute.</summary>
    public required double PerMinute { get; init; }
    /// <summary>Empty: none since the last success.</summary>
    public required string LastError { get; init; }
    public DateTimeOffset? LastErrorAt { get; init; }
    /// <summary>Why and until when nothing is sent there; null = it is open.</summary>
    public string? Closed { get; init; }
    public DateTimeOffset? ClosedUntil { get; init; }
}
