using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Fuzz;

/// <summary>What a session took: envelope, header section and body; nothing else is kept.</summary>
sealed record TakenMessage(Envelope Envelope, HeaderSection Headers, string Body);

/// <summary>Takes messages and says which they were.</summary>
sealed class RecordingSpool : ISpool
{
    readonly NoSpool _spool = new();

    public List<TakenMessage> Taken { get; } = [];
    public event Action<QueueEntry>? Committed { add { } remove { } }
    public SpoolRecovery Recovery => _spool.Recovery;

    public async ValueTask CommitAsync(Envelope envelope, HeaderSection headers, IBodyDraft body, NewMessageState state, CancellationToken cancel) =>
        Taken.Add(new(envelope, headers, Latin1.Decode(await body.PeekAsync((int)body.Length, cancel))));

    public IBodyDraft Begin(MessageId id) => _spool.Begin(id);
    public IReadOnlyList<QueueEntry> Entries() => _spool.Entries();
    public int Count => _spool.Count;
    public QueueEntry? Find(MessageId id) => _spool.Find(id);
    public ValueTask<StoredMessage?> ReadAsync(MessageId id, CancellationToken cancel) => _spool.ReadAsync(id, cancel);
    public IReadOnlyList<QueueEntry> SetAside() => _spool.SetAside();
    public MessageHistory? History(MessageId id) => _spool.History(id);
    public StoredSummary? Summary(MessageId id) => _spool.Summary(id);
    public ValueTask RecordAsync(MessageId id, IReadOnlyList<SpoolChange> changes, bool durable, CancellationToken cancel) => _spool.RecordAsync(id, changes, durable, cancel);
    public ValueTask<Stream> OpenBodyAsync(MessageId id, CancellationToken cancel) => _spool.OpenBodyAsync(id, cancel);
    public ValueTask DisposeAsync() => _spool.DisposeAsync();
}
