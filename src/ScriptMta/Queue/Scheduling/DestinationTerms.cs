namespace ScriptMta.Queue;

/// <summary>What the configuration in force says of a destination.</summary>
/// <param name="Pools">Limits that it shares with others.</param>
/// <param name="Connections">How far its own window may grow.</param>
/// <param name="Suspended">Why nothing is sent there; null = it is open.</param>
readonly record struct DestinationTerms(TurnPool[] Pools, int Connections, string? Suspended)
{
    public static readonly DestinationTerms Usual = new([], Destinations.MostForOne, null);
}
