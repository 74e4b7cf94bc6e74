using System.Buffers.Binary;
using System.Collections.Immutable;

namespace ScriptMta.Dns;

/// <summary>Response codes that mean something to us (RFC 1035 4.1.1); the rest are server failures.</summary>
enum DnsResponseCode { NoError = 0, FormatError = 1, ServerFailure = 2, NameError = 3, NotImplemented = 4, Refused = 5 }

/// <summary>A decoded response: header, the question it repeats, and the answer and authority sections.</summary>
sealed record DnsMessage(ushort Id, bool IsResponse, bool IsTruncated, bool IsAuthenticated, DnsResponseCode ResponseCode, string QuestionName,
    DnsType QuestionType, ImmutableArray<DnsResourceRecord> Answers, ImmutableArray<DnsResourceRecord> Authority)
{
    /// <summary>What we say that we can take over UDP: fits every path without fragments (DNS flag day 2020).</summary>
    public const ushort UdpPayload = 1232;

    /// <summary>The AA bit: the server speaks for the zone itself.</summary>
    public bool IsAuthoritative { get; init; }

    const int HeaderLength = 12;
    const ushort Internet = 1;

    /// <summary>A query with recursion desired and AD set (RFC 6840 5.7: we want to know whether it was authenticated), or null for a name that cannot be asked for.</summary>
    public static byte[]? EncodeQuery(ushort id, string name, DnsType type, bool withEdns, bool dnssecOk)
    {
        List<byte> wire = [(byte)(id >> 8), (byte)id, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, (byte)(withEdns ? 1 : 0)];
        if (!DnsName.TryEncode(name, wire)) return null;
        wire.AddRange([(byte)((ushort)type >> 8), (byte)type, 0, (byte)Internet]);
        // RFC 6891 6.1.2: root name, type OPT, payload size as class, flags (DO is the top bit) in the time to live, no data.
        if (withEdns) wire.AddRange([0, 0, (byte)DnsType.OPT, UdpPayload >> 8, UdpPayload & 0xff, 0, 0, (byte)(dnssecOk ? 0x80 : 0), 0, 0, 0]);
        return [.. wire];
    }

    /// <summary>Null for what is no DNS message. A truncated response may lack records that its header counts.</summary>
    public static DnsMessage? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength) return null;
        var reader = new DnsWireReader(bytes);
        var id = reader.ReadUInt16();
        var flags = reader.ReadUInt16();
        int questions = reader.ReadUInt16(), answers = reader.ReadUInt16(), authorities = reader.ReadUInt16();
        reader.ReadUInt16();
        var truncated = (flags & 0x0200) != 0;
        if (questions > 1) return null;
        var name = questions == 1 ? reader.ReadName() : "";
        var type = questions == 1 ? (DnsType)reader.ReadUInt16() : 0;
        if (questions == 1) reader.ReadUInt16();
        if (reader.IsBad) return null;
        var answer = ReadRecords(ref reader, answers);
        var authority = ReadRecords(ref reader, authorities);
        if (reader.IsBad && !truncated) return null;
        return new(id, (flags & 0x8000) != 0, truncated, (flags & 0x0020) != 0, (DnsResponseCode)(flags & 15), name, type, answer, authority) { IsAuthoritative = (flags & 0x0400) != 0 };
    }

    static ImmutableArray<DnsResourceRecord> ReadRecords(ref DnsWireReader reader, int count)
    {
        var records = ImmutableArray.CreateBuilder<DnsResourceRecord>();
        for (; count > 0 && !reader.IsBad; count--)
            if (ReadRecord(ref reader) is { } record) records.Add(record);
        return records.ToImmutable();
    }

    /// <summary>Null for a record of another class, and when the reader went bad.</summary>
    static DnsResourceRecord? ReadRecord(ref DnsWireReader reader)
    {
        var name = reader.ReadName();
        var type = (DnsType)reader.ReadUInt16();
        var isInternet = reader.ReadUInt16() == Internet;
        // RFC 2181 8: a time to live with the top bit set counts as zero.
        var ttl = reader.ReadUInt32() is var value && value > int.MaxValue ? 0 : value;
        var length = reader.ReadUInt16();
        if (reader.IsBad || length > reader.Remaining || !isInternet || type == DnsType.OPT)
        {
            reader.Take(length);
            return null;
        }
        var end = reader.Position + length;
        var read = RecordReaders.Table.GetValueOrDefault(type) ?? RecordReaders.Raw;
        var record = read(ref reader, length, name, type, ttl);
        // Data that is shorter or longer than the record says is a lie about one of the two.
        if (reader.Position != end) reader.Take(int.MaxValue);
        return reader.IsBad ? null : record;
    }

    /// <summary>The response belongs to this query (RFC 5452 9.1).</summary>
    public bool Replies(ushort id, string name, DnsType type) =>
        IsResponse && Id == id && QuestionType == type && DnsName.AreSame(QuestionName, name);

    /// <summary>Makes the id of an encoded query; the sender picks one at random for each try.</summary>
    public static void SetId(Span<byte> query, ushort id) => BinaryPrimitives.WriteUInt16BigEndian(query, id);
}
