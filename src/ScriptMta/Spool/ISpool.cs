using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>
/// The durable store of accepted messages: the whole surface, so that another store can stand behind it. All members may be called
/// from any thread. One process owns a spool. A contract test suite (SpoolContract) runs against every implementation.
/// </summary>
interface ISpool : IAsyncDisposable
{
    /// <summary>Starts a body. Nothing is durable, and nothing is visible, before <see cref="CommitAsync"/>. Throws <see cref="SpoolException"/> when the spool refuses mail.</summary>
    IBodyDraft Begin(MessageId id);

    /// <summary>
    /// Returns when the message is on stable storage, and only then: the caller may answer 250. The draft is used up.
    /// Throws <see cref="SpoolException"/>; then the message is not in the spool. <paramref name="state"/> as "-odq" or control=freeze want it.
    /// </summary>
    ValueTask CommitAsync(Envelope envelope, HeaderSection headers, IBodyDraft body, NewMessageState state, CancellationToken cancel);

    /// <summary>Everything queued, oldest first: a snapshot of the index, no disk access.</summary>
    IReadOnlyList<QueueEntry> Entries();

    /// <summary>How many messages are queued.</summary>
    int Count { get; }

    /// <summary>What is removed and kept for a while, oldest first; NextAttempt says until when. Not in <see cref="Entries"/>, not found by <see cref="Find"/>; can be read.</summary>
    IReadOnlyList<QueueEntry> SetAside();

    QueueEntry? Find(MessageId id);

    /// <summary>Envelope, headers and state from disk; null when the message is not (or no longer) there.</summary>
    ValueTask<StoredMessage?> ReadAsync(MessageId id, CancellationToken cancel);

    /// <summary>What a listing needs, at a fraction of the cost of <see cref="ReadAsync"/>; null when the message is not there. Blocks for as long as the disk does. Throws SpoolException.</summary>
    StoredSummary? Summary(MessageId id);

    /// <summary>What has been recorded of a message; null when it is not there, or damage has broken the chain of its records.</summary>
    MessageHistory? History(MessageId id);

    /// <summary>The body bytes as received (line ends CRLF), without the header section and blank line. Seekable. The caller disposes it. Throws SpoolException: NotFound when the message has left.</summary>
    ValueTask<Stream> OpenBodyAsync(MessageId id, CancellationToken cancel);

    /// <summary>
    /// Appends what happened. Returns when it is written, flushed with the next group commit; with <paramref name="durable"/> when
    /// it is on stable storage (administrators' edits). <see cref="SpoolChange.Completed"/> removes the message.
    /// What happened to a message that has left meanwhile is not recorded, and that is no error.
    /// </summary>
    ValueTask RecordAsync(MessageId id, IReadOnlyList<SpoolChange> changes, bool durable, CancellationToken cancel);

    /// <summary>Called (on a pool thread, after durability) for each committed message. The queue listens here.</summary>
    event Action<QueueEntry>? Committed;

    /// <summary>What start-up found: messages, segments, bytes of a torn tail dropped, in plain words for the log.</summary>
    SpoolRecovery Recovery { get; }
}

/// <summary>A body being received: at most 1 MiB in memory, the rest in a file of its own. Dispose without commit discards it.</summary>
interface IBodyDraft : IAsyncDisposable
{
    MessageId Id { get; }
    long Length { get; }

    /// <summary>Appends body bytes (CRLF line ends, dots already unstuffed).</summary>
    ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    /// <summary>Up to <paramref name="limit"/> bytes from the start, for rules that look at the body before commit ($message_body, hooks).</summary>
    ValueTask<byte[]> PeekAsync(int limit, CancellationToken cancel);

    /// <summary>Bytes from a position of what has been appended so far, at most as many as the buffer holds; 0 at the end. For content scanning: nothing is kept in memory.</summary>
    int Read(Span<byte> buffer, long position);
}

/// <summary>How a new message enters the queue.</summary>
/// <param name="Frozen">On hold until an administrator (or auto_thaw) lets it go.</param>
/// <param name="QueueOnly">No immediate delivery: waits for a queue run (-odq, control = queue).</param>
readonly record struct NewMessageState(bool Frozen = false, bool QueueOnly = false);

/// <summary>The index entry of a queued message: what scheduling and counting need without touching the disk.</summary>
/// <param name="Size">Bytes of header section and body.</param>
/// <param name="ReceivedTicks">UTC, as <paramref name="NextTicks"/>.</param>
readonly record struct QueueEntry(MessageId Id, long Size, long ReceivedTicks, long NextTicks, bool Frozen)
{
    public QueueEntry(MessageId id, long size, DateTimeOffset receivedAt, DateTimeOffset nextAttempt, bool frozen) : this(id, size, receivedAt.UtcTicks, nextAttempt.UtcTicks, frozen) { }

    public DateTimeOffset ReceivedAt => new(ReceivedTicks, TimeSpan.Zero);
    /// <summary>When the queue should look at it; MinValue = now; MaxValue = only on request.</summary>
    public DateTimeOffset NextAttempt => new(NextTicks, TimeSpan.Zero);
}

/// <param name="NewestId">The newest message that the store has a trace of, queued or not; null for none.</param>
sealed record SpoolRecovery(int Messages, int Segments, long DroppedBytes, string Summary, MessageId? NewestId = null);

/// <summary>The spool cannot take or give a message. Temporary for the peer: DiskFull is answered 452, all else 451.</summary>
sealed class SpoolException(string message, SpoolFault fault, Exception? inner = null) : Exception(message, inner)
{
    public SpoolFault Fault { get; } = fault;
}

enum SpoolFault { DiskFull, SyncFailed, InputOutput, Corrupt, Locked, Closed, NotFound }
