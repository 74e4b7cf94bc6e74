using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using ScriptMta.Common;

namespace ScriptMta.Dns;

/// <summary>Reads the data of one record. The reader stands at its start; length is what the record claims.</summary>
delegate DnsResourceRecord RecordReader(ref DnsWireReader reader, int length, string name, DnsType type, uint ttl);

/// <summary>One row per record type; a type without a row is a <see cref="RawRecord"/>.</summary>
static class RecordReaders
{
    public static readonly FrozenDictionary<DnsType, RecordReader> Table = new Dictionary<DnsType, RecordReader>
    {
        [DnsType.A] = Address,
        [DnsType.AAAA] = Address,
        [DnsType.NS] = Name,
        [DnsType.CNAME] = Name,
        [DnsType.PTR] = Name,
        [DnsType.MX] = (ref r, _, name, _, ttl) => new MxRecord(name, ttl, r.ReadUInt16(), r.ReadName()),
        [DnsType.SOA] = (ref r, _, name, _, ttl) =>
            new SoaRecord(name, ttl, r.ReadName(), r.ReadName(), r.ReadUInt32(), r.ReadUInt32(), r.ReadUInt32(), r.ReadUInt32(), r.ReadUInt32()),
        [DnsType.TXT] = Text,
        [DnsType.SPF] = Text,
        [DnsType.SRV] = (ref r, _, name, _, ttl) => new SrvRecord(name, ttl, r.ReadUInt16(), r.ReadUInt16(), r.ReadUInt16(), r.ReadName()),
        [DnsType.TLSA] = (ref r, length, name, _, ttl) => new TlsaRecord(name, ttl, r.ReadByte(), r.ReadByte(), r.ReadByte(), [.. r.Take(length - 3)]),
        [DnsType.CAA] = Caa,
    }.ToFrozenDictionary();

    public static DnsResourceRecord Raw(ref DnsWireReader reader, int length, string name, DnsType type, uint ttl) =>
        new RawRecord(name, type, ttl, [.. reader.Take(length)]);

    static AddressRecord Address(ref DnsWireReader reader, int length, string name, DnsType type, uint ttl)
    {
        var bytes = reader.Take(type == DnsType.A ? 4 : 16);
        return new AddressRecord(name, type, ttl, bytes.IsEmpty ? IPAddress.None : new IPAddress(bytes));
    }

    static NameRecord Name(ref DnsWireReader reader, int length, string name, DnsType type, uint ttl) =>
        new NameRecord(name, type, ttl, reader.ReadName());

    static TextRecord Text(ref DnsWireReader reader, int length, string name, DnsType type, uint ttl)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        for (var end = reader.Position + length; reader.Position < end && !reader.IsBad;)
            texts.Add(Latin1.Decode(reader.Take(reader.ReadByte())));
        return new TextRecord(name, type, ttl, texts.ToImmutable());
    }

    /// <summary>RFC 8659 4.1.</summary>
    static CaaRecord Caa(ref DnsWireReader reader, int length, string name, DnsType type, uint ttl)
    {
        var flags = reader.ReadByte();
        var tag = Latin1.Decode(reader.Take(reader.ReadByte()));
        return new CaaRecord(name, ttl, flags, tag, Latin1.Decode(reader.Take(length - 2 - tag.Length)));
    }
}
