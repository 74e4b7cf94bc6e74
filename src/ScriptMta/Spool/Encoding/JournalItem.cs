namespace ScriptMta.Spool;

/// <summary>A record as far as the index needs it: from the record itself, or from the contents that its segment was sealed with.</summary>
readonly record struct JournalItem(RecordType Type, RecordFlags Flags, UInt128 Key, JournalPosition Position)
{
    /// <summary>Of a message record.</summary>
    public int RecordLength { get; init; }
    public long Size { get; init; }
    public long ReceivedTicks { get; init; }
    public long BodyFileLength { get; init; }

    /// <summary>Of a change or state record.</summary>
    public IndexEffect Effect { get; init; }

    /// <summary>Of a record of totals.</summary>
    public SpoolTotals Totals { get; init; }

    public bool BodyInFile => Flags.HasFlag(RecordFlags.BodyInFile);

    public static JournalItem Of(in RecordHeader header, JournalPosition at, ReadOnlySpan<byte> head)
    {
        var item = new JournalItem(header.Type, header.Flags, header.Key, at);
        switch (header.Type)
        {
            case RecordType.Message:
                var (size, receivedAt) = MessageCodec.ReadSummary(head);
                return item with { RecordLength = (int)header.RecordLength, Size = size, ReceivedTicks = receivedAt.UtcTicks, BodyFileLength = header.BodyFileLength };
            case RecordType.Changes: return item with { Effect = IndexEffect.Of(ChangeCodec.Read(head)) };
            case RecordType.State: return item with { Effect = IndexEffect.Of(StateCodec.Read(head)) };
            case RecordType.Totals:
                var from = new PayloadReader(head);
                return item with { Totals = SpoolTotals.Read(ref from) };
            default: return item;
        }
    }

    /// <summary>As the writer puts it into the journal.</summary>
    public static JournalItem Of(WriteRequest request)
    {
        var header = request.Header;
        var item = new JournalItem(header.Type, header.Flags, header.Key, request.Position);
        return header.Type switch
        {
            RecordType.Message => item with { RecordLength = (int)header.RecordLength, Size = request.Size, ReceivedTicks = request.ReceivedAt.UtcTicks, BodyFileLength = header.BodyFileLength },
            RecordType.Changes => item with { Effect = IndexEffect.Of(request.Changes) },
            _ => item with { Effect = IndexEffect.Of(request.State!) },
        };
    }
}
