using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>What memory holds of a queued message: 48 bytes, times as UTC ticks.</summary>
struct IndexEntry
{
    public JournalPosition Message, LastChange;
    public long Size, ReceivedTicks, NextTicks;
    public int RecordLength;
    public RecordFlags Flags;

    public static IndexEntry For(JournalPosition at, in RecordHeader header, long size, DateTimeOffset receivedAt) => new()
    {
        Message = at,
        Size = size,
        ReceivedTicks = receivedAt.UtcTicks,
        NextTicks = StateCodec.Initial(header.Flags, receivedAt).NextAttempt.UtcTicks,
        RecordLength = (int)header.RecordLength,
        Flags = header.Flags,
    };

    public bool Frozen
    {
        readonly get => Flags.HasFlag(RecordFlags.Frozen);
        set => Flags = value ? Flags | RecordFlags.Frozen : Flags & ~RecordFlags.Frozen;
    }

    public readonly bool BodyInFile => Flags.HasFlag(RecordFlags.BodyInFile);

    public readonly QueueEntry ToQueueEntry(UInt128 key) => new(
        new MessageId(key), Size, new(ReceivedTicks, TimeSpan.Zero), new(NextTicks, TimeSpan.Zero), Frozen);

    /// <summary>What scheduling needs from a change; the rest stays on disk.</summary>
    public void Apply(SpoolChange change)
    {
        if (change is SpoolChange.Attempted attempted) NextTicks = attempted.NextAttempt.UtcTicks;
        else if (change is SpoolChange.Frozen) Frozen = true;
        else if (change is SpoolChange.Thawed) Frozen = false;
    }

    public void Apply(DeliveryState state)
    {
        NextTicks = state.NextAttempt.UtcTicks;
        Frozen = state.FrozenSince is not null;
    }
}
