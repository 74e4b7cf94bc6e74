using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>A spool that keeps nothing, for dry runs: rules see a message's body while it is being received, and then it is gone. message_size_limit bounds the memory.</summary>
sealed class NoSpool : ISpool
{
    /// <summary>Nobody is told: no message ever enters.</summary>
    public event Action<QueueEntry>? Committed { add { } remove { } }

    public SpoolRecovery Recovery { get; } = new(0, 0, 0, "nothing is kept");

    public IBodyDraft Begin(MessageId id) => new Draft(id);
    public ValueTask CommitAsync(Envelope envelope, HeaderSection headers, IBodyDraft body, NewMessageState state, CancellationToken cancel) => default;
    public IReadOnlyList<QueueEntry> Entries() => [];
    public int Count => 0;
    public IReadOnlyList<QueueEntry> SetAside() => [];
    public QueueEntry? Find(MessageId id) => null;
    public ValueTask<StoredMessage?> ReadAsync(MessageId id, CancellationToken cancel) => ValueTask.FromResult<StoredMessage?>(null);
    public MessageHistory? History(MessageId id) => null;
    public StoredSummary? Summary(MessageId id) => null;
    public ValueTask RecordAsync(MessageId id, IReadOnlyList<SpoolChange> changes, bool durable, CancellationToken cancel) => default;
    public ValueTask DisposeAsync() => default;

    public ValueTask<Stream> OpenBodyAsync(MessageId id, CancellationToken cancel) =>
        throw new SpoolException($"{id} was not kept: this is a dry run", SpoolFault.NotFound);

    sealed class Draft(MessageId id) : IBodyDraft
    {
        readonly MemoryStream _body = new();

        public MessageId Id => id;
        public long Length => _body.Length;

        public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
        {
            _body.Write(bytes.Span);
            return default;
        }

        public ValueTask<byte[]> PeekAsync(int limit, CancellationToken cancel) => ValueTask.FromResult(_body.GetBuffer().AsSpan(0, (int)Math.Min(limit, _body.Length)).ToArray());

        public int Read(Span<byte> buffer, long position)
        {
            var count = (int)Math.Clamp(_body.Length - position, 0, buffer.Length);
            if (count > 0) _body.GetBuffer().AsSpan((int)position, count).CopyTo(buffer);
            return count;
        }

        public ValueTask DisposeAsync() => _body.DisposeAsync();
    }
}
