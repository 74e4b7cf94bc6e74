using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>
/// The message that content scanning looks at (Exim chapter 45), from its last byte to the end of its last ACL. Owned by one reception; nothing of the body is kept in
/// memory. What it puts into the scan directory goes when it is disposed, unless control = no_mbox_unspool was seen.
/// </summary>
sealed class MessageContent(MessageId id, HeaderSection headers, Stream body, ScanFolder folder) : IDisposable
{
    readonly List<Stream> _open = [];

    public MessageId Id => id;
    /// <summary>With what the MIME ACL has added, once it has run.</summary>
    public HeaderSection Headers { get; set; } = headers;
    /// <summary>Seekable, CRLF line ends, without header section; whoever reads sets the position.</summary>
    public Stream Body => body;
    public ScanFolder Folder => folder;
    /// <summary>The body is all of it, as scanners are to get it (-bmalware).</summary>
    public bool IsWholeFile { get; init; }
    /// <summary>The part that a MIME ACL runs for.</summary>
    public CurrentPart? Part { get; set; }
    /// <summary>What a scanner has said; asked once.</summary>
    public MalwareResult? Malware { get; set; }
    public (string User, SpamVerdict Verdict)? Spam { get; set; }
    /// <summary>control = no_mbox_unspool.</summary>
    public bool KeepsFiles { get; set; }

    /// <summary>The whole message as scanners get it, with LF line ends.</summary>
    public Stream OpenMbox(ExpansionContext context)
    {
        body.Position = 0;
        if (IsWholeFile) return new LineFeedStream(body);
        return new PrefixedStream(Latin1.Encode(MboxHeader.Text(Headers, context)), new LineFeedStream(body));
    }

    /// <summary>The path of the copy of the message below the scan directory, made when first asked for. Throws IOException.</summary>
    public string MboxFile(ExpansionContext context) => folder.Mbox(() => OpenMbox(context));

    /// <summary>A stream that is open until the scanning ends.</summary>
    public void Owns(Stream stream) => _open.Add(stream);

    public void Dispose()
    {
        foreach (var stream in _open) stream.Dispose();
        if (!KeepsFiles) folder.Remove();
    }
}
