using System.Buffers;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>
/// Takes an mbox "From " line off the front of a submitted message (Exim 48.3; old programs write one). Holds back the beginning until it is clear that it is
/// none; everything else passes.
/// </summary>
sealed class FromLineFilter(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> next)
{
    /// <summary>Exim's uucp_from_pattern would never match a longer one.</summary>
    const int MaxLength = 1000;

    readonly ArrayBufferWriter<byte> _held = new(256);
    bool _done;

    /// <summary>The address that the line names; null = there was no line.</summary>
    public string? Sender { get; private set; }

    public ValueTask TakeAsync(ReadOnlyMemory<byte> piece, CancellationToken cancel)
    {
        if (_done) return next(piece, cancel);
        _held.Write(piece.Span);
        return Decide() ? next(_held.WrittenMemory, cancel) : default;
    }

    /// <summary>The message is over: what is held is all of it.</summary>
    public ValueTask CompleteAsync(CancellationToken cancel)
    {
        if (_done) return default;
        _done = true;
        return next(_held.WrittenMemory, cancel);
    }

    /// <summary>True when what is held can go on, the line taken off.</summary>
    bool Decide()
    {
        var start = _held.WrittenSpan;
        var prefix = "From "u8;
        if (!start.StartsWith(prefix[..Math.Min(prefix.Length, start.Length)])) return _done = true;
        var end = start.IndexOf("\r\n"u8);
        if (end < 0) return _done = start.Length > MaxLength;
        _done = true;
        var words = Latin1.Decode(start[prefix.Length..end]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 5 || !HeaderParser.IsMboxLine(Latin1.Decode(start[..end]))) return true;
        Sender = words[0];
        var rest = start[(end + 2)..].ToArray();
        _held.ResetWrittenCount();
        _held.Write(rest);
        return true;
    }
}
