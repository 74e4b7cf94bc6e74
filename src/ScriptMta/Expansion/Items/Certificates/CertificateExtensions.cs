using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>Names and addresses from a certificate's extensions (RFC 5280 4.2), as lists. Null = it has none.</summary>
static class CertificateExtensions
{
    const string AlternativeName = "2.5.29.17";
    const string RevocationList = "2.5.29.31";
    const string Access = "1.3.6.1.5.5.7.1.1";
    const string StatusProtocol = "1.3.6.1.5.5.7.48.1";
    const int Mail = 1;
    const int Dns = 2;
    const int Uri = 6;

    /// <summary>With a type (dns, uri, mail) only names of that, without tags. Other kinds of names are not shown.</summary>
    public static string? AlternativeNames(X509Certificate2 certificate, string? modifiers)
    {
        if (Find(certificate, AlternativeName) is not { } names) return null;
        var separator = Modifiers(modifiers ?? "").Separator;
        var only = (modifiers ?? "").Split(',').Select(word => word.TrimSpace()).LastOrDefault(word => word is "dns" or "uri" or "mail");
        var found = new List<string>();
        var sequence = names.ReadSequence();
        while (sequence.HasData)
        {
            var (kind, text) = Name(sequence);
            var tag = kind switch { Mail => "mail", Dns => "dns", Uri => "uri", _ => "" };
            if (tag.Length != 0 && (only is null || only == tag)) found.Add(only is null ? $"{tag.UpperAscii()}={text}" : text);
        }
        return List(found, separator);
    }

    public static string? StatusServers(X509Certificate2 certificate, string? modifiers)
    {
        if (Find(certificate, Access) is not { } descriptions) return null;
        var found = new List<string>();
        var sequence = descriptions.ReadSequence();
        while (sequence.HasData)
        {
            var description = sequence.ReadSequence();
            var method = description.ReadObjectIdentifier();
            var (kind, text) = Name(description);
            if (method == StatusProtocol && kind == Uri) found.Add(text);
        }
        return List(found, Modifiers(modifiers ?? "").Separator);
    }

    public static string? RevocationLists(X509Certificate2 certificate, string? modifiers)
    {
        if (Find(certificate, RevocationList) is not { } points) return null;
        var found = new List<string>();
        var sequence = points.ReadSequence();
        while (sequence.HasData) AddPoint(sequence.ReadSequence(), found);
        return List(found, Modifiers(modifiers ?? "").Separator);
    }

    /// <summary>"&gt;" and a character choose the separator; any other word is the wanted type. The last one counts.</summary>
    public static (char Separator, string? Type) Modifiers(string modifiers)
    {
        var (separator, type) = ('\n', default(string));
        foreach (var word in modifiers.Split(',').Select(word => word.TrimSpace()).Where(word => word.Length != 0))
            if (word[0] != '>') type = word;
            else if (word.Length > 1) separator = word[1];
            else if (modifiers.EndsWith(">,", StringComparison.Ordinal)) separator = ',';
        return (separator, type);
    }

    public static string? List(IEnumerable<string> items, char separator)
    {
        var list = new StringBuilder();
        foreach (var item in items) ListText.AppendItem(list, list.Length == 0, item, separator);
        return list.Length == 0 ? null : list.ToString();
    }

    static void AddPoint(AsnReader point, List<string> found)
    {
        if (!point.HasData || !point.PeekTag().HasSameClassAndValue(Context(0))) return;
        var name = point.ReadSequence(Context(0));
        if (!name.HasData || !name.PeekTag().HasSameClassAndValue(Context(0))) return;
        var names = name.ReadSequence(Context(0));
        while (names.HasData)
            if (Name(names) is (Uri, var text)) found.Add(text);
    }

    static AsnReader? Find(X509Certificate2 certificate, string identifier) =>
        certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == identifier) is { } extension ? new AsnReader(extension.RawData, AsnEncodingRules.DER) : null;

    /// <summary>The three kinds of a GeneralName that are text; of others, only the kind.</summary>
    static (int Kind, string Text) Name(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.TagClass == TagClass.ContextSpecific && tag.TagValue is Mail or Dns or Uri)
            return (tag.TagValue, reader.ReadCharacterString(UniversalTagNumber.IA5String, tag));
        reader.ReadEncodedValue();
        return (-1, "");
    }

    static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);
}
