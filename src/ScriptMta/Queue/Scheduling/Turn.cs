namespace ScriptMta.Queue;

/// <summary>What a turn has shown of its destination. NotTried: no host was asked, because no retry time has come.</summary>
enum TurnResult { Worked, Broken, NotTried }

/// <summary>What came of asking for a turn: the turn, a refusal with its reason, or neither: the message is to be parked.</summary>
readonly record struct Admission(Turn? Turn, string? Refusal = null)
{
    public bool IsParked => Turn is null && Refusal is null;
}

/// <summary>One delivery's place among those that a destination may have at once. Ended once.</summary>
sealed class Turn(Destinations destinations, Destination place, TurnPool[] pools)
{
    bool _ended;

    public Destination Place => place;

    public void End(TurnResult result, string error = "")
    {
        if (_ended) return;
        _ended = true;
        destinations.End(place, pools, result, error);
    }
}

/// <summary>How one attempt asks for turns.</summary>
sealed class TurnPass
{
    /// <summary>The destination that called it from its parked messages.</summary>
    public Destination? CalledBy { get; set; }
    /// <summary>An attempt that somebody waits for stays in line.</summary>
    public bool MayPark { get; init; }
    /// <summary>Retry times do not count.</summary>
    public bool AsksAnyway { get; init; }
    /// <summary>Where it has had a turn: a message with many deliveries goes on there without being routed anew for each.</summary>
    public HashSet<Destination> Served { get; } = [];
}
