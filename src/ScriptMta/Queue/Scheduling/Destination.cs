namespace ScriptMta.Queue;

/// <summary>A message that stands in line with nothing but its id. Looked: when it was last read and routed; default = it has not been deferred there yet.</summary>
readonly record struct ParkedMessage(Mail.MessageId Id, DateTimeOffset Looked)
{
    public bool IsFresh => Looked == default;
}

/// <summary>A transport and a set of hosts: what shares a limit, and a fate. Everything but the names belongs to <see cref="Destinations"/> and its lock.</summary>
sealed class Destination(DestinationName name, ConcurrencyWindow window)
{
    public DestinationName Name => name;
    public ConcurrencyWindow Window => window;

    /// <summary>Attempts that wait with all they have: those that come next.</summary>
    public Queue<TaskCompletionSource<Admission>> Line { get; } = new();
    /// <summary>Messages behind the line: read and routed again when they come near.</summary>
    public Queue<ParkedMessage> Parked { get; } = new();
    /// <summary>Parked messages on their way into the line.</summary>
    public int Coming { get; set; }
    public int InFlight { get; set; }
    /// <summary>Messages that wait for these hosts to work again: one success calls them all.</summary>
    public HashSet<Mail.MessageId> Deferred { get; private set; } = [];
    /// <summary>Nothing has worked since the last connection failed.</summary>
    public bool IsFailing { get; set; }
    /// <summary>Its hosts' retry times have not come before this.</summary>
    public DateTimeOffset RestsUntil { get; set; }
    /// <summary>In the round of those that can have a turn.</summary>
    public bool IsInRound { get; set; }
    public TurnPool[] Pools { get; set; } = [];
    public string? Suspended { get; set; }
    /// <summary>Nothing is sent before: a server asked for patience. Words: its own.</summary>
    public DateTimeOffset PausedUntil { get; set; }
    public string PauseWords { get; set; } = "";
    /// <summary>The window is kept small until then.</summary>
    public DateTimeOffset NarrowUntil { get; set; }
    public DateTimeOffset WakesAt { get; set; }
    public DateTimeOffset LastUsed { get; set; }
    public string LastError { get; set; } = "";
    public DateTimeOffset LastErrorAt { get; set; }
    public RecentRate Rate;

    public bool IsIdle => InFlight + Line.Count + Parked.Count + Coming + Deferred.Count == 0;
    public bool HasRoom => InFlight < window.Size;

    /// <summary>Why nothing is sent there now; null = it is open.</summary>
    public string? Closed(DateTimeOffset now) =>
        Suspended is not null ? $"destination is suspended: {Suspended}" : PausedUntil > now ? $"destination is paused until {PausedUntil.UtcDateTime:HH:mm:ss} UTC: {PauseWords}" : null;

    public void Apply(DestinationTerms terms, DateTimeOffset now)
    {
        (Pools, Suspended) = (terms.Pools, terms.Suspended);
        if (NarrowUntil <= now && window.Most != terms.Connections && !name.IsLocal) window.Resize(terms.Connections);
    }

    /// <summary>How many waiting attempts keep its turns busy. A failing one is asked by one message at a time; where it is known not to be asked, all hear that soon.</summary>
    public int LineWanted(DateTimeOffset now) => !IsFailing ? window.Size + LineReserve : RestsUntil > now ? Schedule.MostAtWork / 2 : Math.Max(0, 1 - InFlight);

    /// <summary>Reading and routing the next messages takes less time than as many deliveries.</summary>
    const int LineReserve = 4;

    public HashSet<Mail.MessageId> TakeDeferred()
    {
        var all = Deferred;
        if (all.Count > 0) Deferred = [];
        return all;
    }

    public DestinationStanding Standing(DateTimeOffset now) => new()
    {
        Name = name.Shown, Transport = name.Transport, Ready = Line.Count + Parked.Count + Coming, InFlight = InFlight, Deferred = Deferred.Count, Limit = window.Size,
        PerMinute = Rate.PerMinute(now), LastError = LastError, LastErrorAt = LastError.Length == 0 ? null : LastErrorAt,
        Closed = Closed(now), ClosedUntil = Suspended is null && PausedUntil > now ? PausedUntil : null,
    };
}
