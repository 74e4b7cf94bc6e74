using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>The parts of a message in the order in which a MIME ACL sees them. Messages inside that have a transfer encoding are decoded into the scan directory and read there.</summary>
sealed class MimeWalk
{
    readonly MessageContent _content;
    readonly Queue<Message> _attached = new();
    IEnumerator<(MimePart Part, bool IsCover)> _parts;
    Message _message;
    int _number;
    int _partsLeft = MimeLimits.Default.Parts;

    public MimeWalk(MessageContent content)
    {
        _content = content;
        var tree = MimeReader.Read(content.Headers, content.Body, MimeLimits.Default);
        Problem = tree.Problem;
        _message = new(tree.Root, content.Body, 0, false);
        _parts = InOrder(tree.Root, isCover: true).GetEnumerator();
    }

    /// <summary>Why there is more than was seen, or null.</summary>
    public string? Problem { get; private set; }

    sealed record Message(MimePart Root, Stream Source, int Depth, bool IsAttached);

    /// <summary>Null after the last one.</summary>
    public (CurrentPart Part, PartPlace Place)? Next()
    {
        while (!_parts.MoveNext())
        {
            if (!_attached.TryDequeue(out var next)) return null;
            (_message, _number) = (next, 0);
            _parts = InOrder(next.Root, isCover: true).GetEnumerator();
        }
        if (_partsLeft-- == 0)
        {
            Problem ??= $"more than {MimeLimits.Default.Parts} parts";
            return null;
        }
        var (part, isCover) = _parts.Current;
        if (part.ContentType == "message/rfc822") Attach(part);
        return (new(part, _message.Source), new(_number++, isCover, _message.IsAttached));
    }

    /// <summary>Parts of multiparts only: a message inside waits for its turn.</summary>
    static IEnumerable<(MimePart, bool)> InOrder(MimePart part, bool isCover)
    {
        yield return (part, isCover);
        if (!part.ContentType.StartsWith("multipart/", StringComparison.Ordinal)) yield break;
        var all = part.ContentType is "multipart/alternative" or "multipart/related";
        for (var i = 0; i < part.Children.Length; i++)
            foreach (var below in InOrder(part.Children[i], isCover && (all || i == 0))) yield return below;
    }

    void Attach(MimePart part)
    {
        if (part.TransferEncoding is "base64" or "quoted-printable") AttachDecoded(part);
        else foreach (var inner in part.Children) _attached.Enqueue(new(inner, _message.Source, _message.Depth, true));
    }

    void AttachDecoded(MimePart part)
    {
        var depth = _message.Depth + part.Depth + 1;
        if (depth >= MimeLimits.Default.Depth)
        {
            Problem ??= $"parts nested more than {MimeLimits.Default.Depth} deep";
            return;
        }
        var source = _content.Folder.Temporary(part.OpenDecoded(_message.Source));
        _content.Owns(source);
        var tree = MimeReader.ReadMessage(source, MimeLimits.Default with { Depth = MimeLimits.Default.Depth - depth, Parts = Math.Max(1, _partsLeft) });
        Problem ??= tree.Problem;
        _attached.Enqueue(new(tree.Root, source, depth, true));
    }
}
