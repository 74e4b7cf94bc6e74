using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>The MIME part that a MIME ACL runs for, and the $mime_… variables that tell of it.</summary>
sealed class CurrentPart(MimePart part, Stream source)
{
    const int Kilobyte = 1024;

    /// <summary>Names of the variables that are of one part; $mime_part_count stays.</summary>
    static readonly string[] OfPart =
    [
        "mime_anomaly_level", "mime_anomaly_text", "mime_boundary", "mime_charset", "mime_content_description", "mime_content_disposition", "mime_content_id", "mime_content_size",
        "mime_content_transfer_encoding", "mime_content_type", "mime_decoded_filename", "mime_filename", "mime_is_coverletter", "mime_is_multipart", "mime_is_rfc822",
    ];

    /// <summary>The file that holds the decoded part, once decoded.</summary>
    public string? DecodedFile { get; private set; }

    /// <summary>The part as it stands in the message, with LF line ends.</summary>
    public Stream OpenRaw() => part.OpenText(source);

    public static void ClearVariables(MessageFacts message)
    {
        foreach (var name in OfPart) message.Content.Remove(name);
    }

    public void SetVariables(MessageFacts message, PartPlace place)
    {
        ClearVariables(message);
        var isMultipart = part.Field("Content-Type").StartsWith("multipart/", StringComparison.Ordinal);
        foreach (var (name, text) in (ReadOnlySpan<(string, string)>)
            [
                ("content_type", part.Field("Content-Type")), ("content_transfer_encoding", part.Field("Content-Transfer-Encoding")),
                ("content_disposition", part.Field("Content-Disposition")), ("content_id", part.Field("Content-ID")),
                ("content_description", part.Field("Content-Description")), ("charset", part.Charset ?? ""), ("boundary", part.Boundary ?? ""), ("filename", part.FileName ?? ""),
            ])
            message.Content["mime_" + name] = Value.Tainted(text);
        Set(message, "mime_is_coverletter", place.IsCoverLetter ? 1 : 0);
        Set(message, "mime_is_multipart", isMultipart ? 1 : 0);
        Set(message, "mime_is_rfc822", place.IsAttached ? 1 : 0);
        Set(message, "mime_part_count", place.Number);
    }

    /// <summary>Writes the part without its transfer encoding to a file and tells of it in the variables. Throws IOException.</summary>
    public void Decode(string file, ScanFolder folder, MessageFacts message)
    {
        using var decoded = part.OpenDecodedText(source);
        var size = folder.Write(file, decoded);
        DecodedFile = file;
        message.Content["mime_decoded_filename"] = Value.Clean(file);
        Set(message, "mime_content_size", (int)Math.Min(int.MaxValue, (size + Kilobyte - 1) / Kilobyte));
        if (decoded is not TransferDecoder { IsBroken: true }) return;
        var (level, text) = part.TransferEncoding == "base64" ? (2, "Broken BASE64 encoding detected") : (1, "Broken Quoted-Printable encoding detected");
        Set(message, "mime_anomaly_level", level);
        message.Content["mime_anomaly_text"] = Value.Clean(text);
    }

    static void Set(MessageFacts message, string name, int number) => message.Content[name] = Value.Clean(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}

/// <param name="Number">$mime_part_count: from 0 in each message.</param>
/// <param name="IsAttached">Of a message inside of the message.</param>
readonly record struct PartPlace(int Number, bool IsCoverLetter, bool IsAttached);
