using System.Collections.Immutable;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>Bounds for a MIME tree: no message that people send comes near them, and none can make the reader use more than some megabytes.</summary>
sealed record MimeLimits(int Depth = 30, int Parts = 2000, int HeaderSection = 1 << 18)
{
    public static readonly MimeLimits Default = new();
}

/// <summary>
/// One entity of a MIME message (RFC 2045 to 2047). Start and Length are where its body stands in the stream that was parsed, transfer encoding still
/// on. Children of a multipart are its parts; of a message/rfc822 the one message inside.
/// </summary>
sealed record MimePart
{
    public required HeaderSection Headers { get; init; }
    /// <summary>Where its header section begins in that stream; 0 for the message itself, whose section stands elsewhere.</summary>
    public long HeaderStart { get; init; }
    public required long Start { get; init; }
    public required long Length { get; init; }
    public required int Depth { get; init; }
    /// <summary>Bytes of the line end before the boundary that ends the part. It belongs to the boundary (RFC 2046 5.1.1), and to the part where that is shown as a text of lines.</summary>
    public int LineEnd { get; init; }
    public ImmutableArray<MimePart> Children { get; init; } = [];

    /// <summary>Lower case; text/plain when the field is missing or no type (RFC 2045 5.2).</summary>
    public string ContentType => MimeFields.Type(Headers);

    /// <summary>Lower case; 7bit when missing.</summary>
    public string TransferEncoding => MimeFields.TransferEncoding(Headers);

    public string? Boundary => MimeFields.Content(Headers).Find("boundary");
    public string? Charset => MimeFields.Content(Headers).Find("charset");
    public string? Disposition => Headers.First("Content-Disposition") is { } disposition ? ContentParameters.Parse(disposition.Value).Main : null;

    /// <summary>The name to show: Content-Disposition's filename, else Content-Type's name, RFC 2231 and RFC 2047 decoded to UTF-8 bytes.</summary>
    public string? FileName => FileNames.FirstOrDefault();

    /// <summary>The value of a Content- field before its parameters, as rules compare it: lower case, without comments and white space; empty when the field is missing.</summary>
    public string Field(string name) => Headers.First(name) is { } field ? string.Concat(ContentParameters.Parse(field.Value).Main.Where(c => !AddressCharacters.IsSpace(c))) : "";

    /// <summary>Every name that some reader may see: rules that block by name look at all of them (CVE-2024-39929).</summary>
    public IEnumerable<string> FileNames => MimeFields.FileNames(Headers).Distinct();

    /// <summary>This part and all below it, in the order of the message.</summary>
    public IEnumerable<MimePart> All => Children.SelectMany(c => c.All).Prepend(this);

    /// <summary>The body with the transfer encoding taken off. The source is the stream that was parsed; it must not be used until the result is read.</summary>
    public Stream OpenDecoded(Stream source) => Decoded(new StreamSection(source, Start, Length));

    /// <summary>The same with LF line ends, as a file of this system has them.</summary>
    public Stream OpenDecodedText(Stream source) => Decoded(OpenText(source));

    /// <summary>The body as it stands, with LF line ends, the last line's too.</summary>
    public Stream OpenText(Stream source) => new LineFeedStream(new StreamSection(source, Start, Length + LineEnd));

    Stream Decoded(Stream encoded) => TransferEncoding switch
    {
        "base64" => new TransferDecoder(encoded, new Base64Decoding()),
        "quoted-printable" => new TransferDecoder(encoded, new QuotedPrintableDecoding()),
        _ => encoded,
    };
}

/// <summary>What the fields of an entity say.</summary>
static class MimeFields
{
    /// <summary>Where a name may stand: where RFC 2183 and RFC 2046 have it, and where some readers take it from all the same.</summary>
    static readonly (string Field, string Parameter)[] Named =
        [("Content-Disposition", "filename"), ("Content-Type", "name"), ("Content-Type", "filename"), ("Content-Disposition", "name")];

    public static ContentParameters Content(HeaderSection headers) => ContentParameters.Parse(headers.First("Content-Type")?.Value ?? "text/plain");

    public static string Type(HeaderSection headers)
    {
        var type = Content(headers).Main;
        var slash = type.IndexOf('/');
        return slash > 0 && slash < type.Length - 1 && !type.Contains(' ') ? type : "text/plain";
    }

    public static string TransferEncoding(HeaderSection headers) =>
        headers.First("Content-Transfer-Encoding") is { } field && ContentParameters.Parse(field.Value).Main is { Length: > 0 } name ? name : "7bit";

    public static IEnumerable<string> FileNames(HeaderSection headers)
    {
        foreach (var (field, parameter) in Named)
            foreach (var one in headers.All(field))
                if (ContentParameters.Parse(one.Value).Find(parameter) is { Length: > 0 } name)
                    yield return EncodedWords.Decode(name);
    }
}
