using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>What memory holds of a queued message: 48 bytes, times as UTC ticks.</summary>
struct IndexEntry
{
    public JournalPosition Message, LastChange;
    public long Size, ReceivedTicks, NextTicks;
    public int RecordLength;
    public RecordFlags Flags;

    public static IndexEntry For(in JournalItem message) => new()
    {
        Message = message.Position,
        Size = message.Size,
        ReceivedTicks = message.ReceivedTicks,
        NextTicks = message.Flags.HasFlag(RecordFlags.QueueOnly) ? DateTimeOffset.MaxValue.UtcTicks : DateTimeOffset.MinValue.UtcTicks,
        RecordLength = message.RecordLength,
        Flags = message.Flags,
    };

    public bool Frozen
    {
        readonly get => Flags.HasFlag(RecordFlags.Frozen);
        set => Flags = value ? Flags | RecordFlags.Frozen : Flags & ~RecordFlags.Frozen;
    }

    public readonly bool BodyInFile => Flags.HasFlag(RecordFlags.BodyInFile);

    public readonly QueueEntry ToQueueEntry(UInt128 key) => new(
        new MessageId(key), Size, ReceivedTicks, NextTicks, Frozen);

    /// <summary>What scheduling needs; the rest stays on disk.</summary>
    public void Apply(in IndexEffect effect)
    {
        if (effect.NextTicks is { } next) NextTicks = next;
        if (effect.Frozen is { } frozen) Frozen = frozen;
    }
}
