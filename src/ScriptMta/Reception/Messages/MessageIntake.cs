using ScriptMta.Mail;
using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>
/// Takes a decoded message as it comes: header section into memory (bounded by header_maxsize), body into a spool draft, counting. After the first trouble
/// nothing more is kept, while the client's data is still read to its end. Dispose without a commit throws the body away.
/// </summary>
sealed class MessageIntake(ISpool spool, MessageId id, ReceptionOptions options, long sizeLimit) : IAsyncDisposable
{
    readonly HeaderCollector _collector = new(options.HeaderMaxSize, options.HeaderLineMaxSize);
    IBodyDraft? _body;
    long _lineFeeds;

    public MessageId Id => id;
    public HeaderSection Headers { get; private set; } = HeaderSection.Empty;
    public bool HasBody => _body is not null;
    public IBodyDraft Body => _body ?? throw new InvalidOperationException("the message has not been read yet");
    /// <summary>Bytes received, CRLF line ends.</summary>
    public long Length { get; private set; }
    public bool EndsWithDot { get; init; }
    /// <summary>A dot and nothing before it: a message that ends in another way counts one line at least, as in Exim.</summary>
    public bool IsNothing => EndsWithDot && Lines == 0;
    /// <summary>As Exim counts: a line end is one byte.</summary>
    public long Size => Length - _lineFeeds - _collector.Dropped;
    public int Lines { get; private set; }
    public int HeaderLines => _collector.Lines;
    /// <summary>No empty line is missing between header section and body.</summary>
    public bool IsSeparated => _collector.IsSeparated || _body is null or { Length: 0 };
    public int ZeroCount { get; private set; }
    public long MaxLineLength { get; private set; }
    public long SizeLimit => sizeLimit;
    public int MaxHeaderSize => options.HeaderMaxSize;
    public int MaxHeaderLineSize => options.HeaderLineMaxSize;

    /// <summary>Where it was when the client went away, as the log says it.</summary>
    public string WhereCut => _collector.IsComplete ? "" : _collector.IsInLine ? " (header)" : " (after header)";

    public bool IsMalformed { get; private set; }
    public HeaderTrouble HeaderTrouble => _collector.Trouble;
    public bool IsTooBig => sizeLimit > 0 && Size > sizeLimit;
    /// <summary>Why the spool could not take it.</summary>
    public SpoolException? SpoolTrouble { get; private set; }

    public ValueTask TakeAsync(ReadOnlyMemory<byte> piece, CancellationToken cancel)
    {
        var wasTooBig = IsTooBig;
        Length += piece.Length;
        _lineFeeds += System.MemoryExtensions.Count(piece.Span, (byte)'\n');
        // What passes the limit may still hold the header section, which the reject log shows.
        if (wasTooBig || SpoolTrouble is not null || HeaderTrouble != HeaderTrouble.None) return default;
        var body = _collector.IsComplete ? piece : _collector.Add(piece);
        return body.IsEmpty || IsTooBig ? default : AppendAsync(body, cancel);
    }

    /// <summary>The decoder has found the end.</summary>
    public async ValueTask FinishAsync(IDataDecoder decoder, CancellationToken cancel)
    {
        IsMalformed = decoder.IsMalformed;
        (Lines, MaxLineLength) = (decoder.Lines, decoder.MaxLineLength);
        _collector.Complete();
        Headers = _collector.Section;
        if (_body is null) await AppendAsync(ReadOnlyMemory<byte>.Empty, cancel).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _body?.DisposeAsync() ?? default;

    async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            _body ??= spool.Begin(id);
            if (bytes.IsEmpty) return;
            ZeroCount += System.MemoryExtensions.Count(bytes.Span, (byte)0);
            await _body.AppendAsync(bytes, cancel).ConfigureAwait(false);
        }
        catch (SpoolException error) { SpoolTrouble = error; }
    }
}
