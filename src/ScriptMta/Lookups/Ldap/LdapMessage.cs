using System.Formats.Asn1;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

enum LdapOperation { BindResponse = 1, SearchEntry = 4, SearchDone = 5, SearchReference = 19, ExtendedResponse = 24 }

/// <summary>How an operation ended (RFC 4511 4.1.9).</summary>
readonly record struct LdapOutcome(int Code, string MatchedName, string Text, IReadOnlyList<string> Referrals);

/// <summary>The messages of the protocol that a lookup needs (RFC 4511), written and read in BER. Reading throws AsnContentException for what is none.</summary>
static class LdapMessage
{
    const int BindRequest = 0, SearchRequest = 3, ExtendedRequest = 23;
    const string StartTlsName = "1.3.6.1.4.1.1466.20037";

    static readonly Asn1Tag SimplePassword = new(TagClass.ContextSpecific, 0), RequestName = new(TagClass.ContextSpecific, 0), ReferralList = new(TagClass.ContextSpecific, 3, isConstructed: true);

    public static byte[] Bind(int id, int version, string name, string password) => Request(id, BindRequest, writer =>
    {
        writer.WriteInteger(version);
        writer.WriteOctetString(Latin1.Encode(name));
        writer.WriteOctetString(Latin1.Encode(password), SimplePassword);
        return true;
    })!;

    public static byte[] StartTls(int id) => Request(id, ExtendedRequest, writer =>
    {
        writer.WriteOctetString(Latin1.Encode(StartTlsName), RequestName);
        return true;
    })!;

    /// <summary>Null when the filter is no filter.</summary>
    public static byte[]? Search(int id, LdapQuery query, LdapUrl url) => Request(id, SearchRequest, writer =>
    {
        writer.WriteOctetString(Latin1.Encode(url.BaseName));
        writer.WriteEnumeratedValue(url.Scope);
        writer.WriteEnumeratedValue(query.Aliases);
        writer.WriteInteger(query.SizeLimit);
        writer.WriteInteger(query.TimeLimit);
        writer.WriteBoolean(false);
        if (!LdapFilter.TryWrite(url.Filter, writer)) return false;
        using var _ = writer.PushSequence();
        foreach (var attribute in url.Attributes) writer.WriteOctetString(Latin1.Encode(attribute));
        return true;
    });

    /// <summary>Opens a message; the reader stands inside of its operation.</summary>
    public static AsnReader Open(byte[] message, out int id, out LdapOperation operation)
    {
        var envelope = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
        if (!envelope.TryReadInt32(out id)) throw new AsnContentException("no message number");
        var tag = envelope.PeekTag();
        if (tag.TagClass != TagClass.Application) throw new AsnContentException("no operation");
        operation = (LdapOperation)tag.TagValue;
        return envelope.ReadSequence(tag);
    }

    public static LdapOutcome Outcome(AsnReader reader)
    {
        var code = reader.ReadEnumeratedBytes();
        var (name, text) = (Text(reader), Text(reader));
        var referrals = new List<string>();
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(ReferralList))
            for (var list = reader.ReadSequence(ReferralList); list.HasData;) referrals.Add(Text(list));
        return new(code.Length == 1 ? code.Span[0] : -1, name, text, referrals);
    }

    public static LdapEntry Entry(AsnReader reader)
    {
        var name = Text(reader);
        var attributes = new List<(string Name, IReadOnlyList<string> Values)>();
        for (var list = reader.ReadSequence(); list.HasData;)
        {
            var one = list.ReadSequence();
            var attribute = Text(one);
            var values = new List<string>();
            for (var set = one.ReadSetOf(skipSortOrderValidation: true); set.HasData;) values.Add(Text(set));
            attributes.Add((attribute, values));
        }
        return new(name, attributes);
    }

    static byte[]? Request(int id, int operation, Func<AsnWriter, bool> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            using (writer.PushSequence(new Asn1Tag(TagClass.Application, operation, isConstructed: true)))
                if (!write(writer)) return null;
        }
        return writer.Encode();
    }

    static string Text(AsnReader reader) => Latin1.Decode(reader.ReadOctetString());
}

sealed record LdapEntry(string Name, IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Attributes);
