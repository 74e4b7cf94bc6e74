using System.Threading.Tasks.Sources;

namespace ScriptMta.Spool;

/// <summary>Something that waits to be written. Completes on a pool thread; the buffers must stay untouched until then.</summary>
sealed class WriteRequest(RecordHeader header, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body) : IValueTaskSource
{
    ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };

    /// <summary>Without what only the writer knows: group, previous, durable.</summary>
    public RecordHeader Header { get; } = header;
    public ReadOnlyMemory<byte> Head { get; } = head;
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>Of a message.</summary>
    public long Size { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Of a change record.</summary>
    public IReadOnlyList<SpoolChange> Changes { get; init; } = [];

    /// <summary>Of a state record.</summary>
    public DeliveryState? State { get; init; }

    /// <summary>A message record that upkeep copies forward.</summary>
    public bool IsCopy { get; init; }

    public bool MustBeDurable { get; init; }

    /// <summary>The next request must be in the same write, as <see cref="RoomNeeded"/> has allowed for.</summary>
    public bool GoesWithNext { get; init; }

    /// <summary>Set by the writer: where the record stands in the group being written.</summary>
    public JournalPosition Position { get; set; }

    /// <summary>It reached the file before it failed, so it may be found there after a crash: a body file must stay.</summary>
    public bool WasWritten { get; set; }

    /// <summary>Bytes that must fit into the same segment: more than the record's own when the next request belongs with it.</summary>
    public long RoomNeeded { get => field == 0 ? Header.RecordLength : field; init; }

    /// <summary>Why it is not in the journal; null before the end and after success.</summary>
    public SpoolException? Failure { get; set; }

    public bool IsMessage => Header.Type == RecordType.Message;
    public ValueTask Completion => new(this, _source.Version);

    public void Complete() => _source.SetResult(true);

    public void Fail(SpoolException error)
    {
        Failure = error;
        _source.SetException(error);
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
