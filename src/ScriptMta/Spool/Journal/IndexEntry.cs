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

    /// <summary>Removed, and kept until NextTicks.</summary>
    public readonly bool IsSetAside => Flags.HasFlag(RecordFlags.SetAside);

    public readonly bool BodyInFile => Flags.HasFlag(RecordFlags.BodyInFile);

    public readonly QueueEntry ToQueueEntry(UInt128 key) => new(
        new MessageId(key), Size, ReceivedTicks, NextTicks, Frozen);

    /// <summary>What scheduling needs; the rest stays on disk.</summary>
    public void Apply(in IndexEffect effect)
    {
        if (effect.SetAside is { } aside) Flags = aside ? Flags | RecordFlags.SetAside : Flags & ~RecordFlags.SetAside;
        // An attempt that was under way when the message was removed does not change until when it is kept.
        if (effect.NextTicks is { } next && (effect.SetAside is not null || !IsSetAside)) NextTicks = next;
        if (effect.Frozen is { } frozen) Frozen = frozen;
    }
}
