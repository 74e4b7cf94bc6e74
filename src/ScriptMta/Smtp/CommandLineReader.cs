using System.Buffers;
using System.Text;

namespace ScriptMta.Smtp;

/// <summary>What stood in the input: a whole line, not yet a whole line, or a line that no command may be.</summary>
enum CommandRead { Line, Incomplete, TooLong, BadBytes }

/// <summary>
/// Takes command lines out of buffered input without waiting. Only CRLF ends a line (RFC 5321 2.3.8), except where a local program is the client
/// (<paramref name="bareLf"/>). A line that is too long is swallowed to its end, in pieces, and reported once.
/// </summary>
sealed class CommandLineReader(bool bareLf)
{
    /// <summary>Exim's smtp_cmd_buffer_size: RFC 5321 4.5.3.1.4 asks for 512, extensions (RFC 4954: AUTH) for more.</summary>
    public const int MaxLength = 16384;

    /// <summary>A line without an end counts as another bad line after each of these, so that the limit on bad lines ends it.</summary>
    const int LongestSwallowed = 1 << 20;

    /// <summary>An LF that comes next is the second half of a line end that has been taken for one.</summary>
    public bool SkipsLf { get; set; }

    bool _swallowing;
    long _swallowed;
    // So many bytes from the start hold no line end: input that comes byte by byte is searched once.
    long _searched;

    public CommandRead TryRead(ref ReadOnlySequence<byte> buffer, out string line)
    {
        line = "";
        if (SkipsLf && !buffer.IsEmpty)
        {
            SkipsLf = false;
            if (buffer.FirstSpan[0] == (byte)'\n') buffer = buffer.Slice(1);
        }
        var reader = new SequenceReader<byte>(buffer);
        // A CRLF may have begun with the last byte of what was searched before.
        reader.Advance(Math.Max(0, Math.Min(_searched, buffer.Length) - 1));
        // A bare LF is part of the line, and makes it a bad one.
        if (!(bareLf ? reader.TryAdvanceTo((byte)'\n') : reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n"u8)))
        {
            _searched = buffer.Length;
            return Unfinished(ref buffer);
        }
        _searched = 0;
        var text = buffer.Slice(0, reader.Consumed - 1);
        buffer = buffer.Slice(reader.Position);
        if (EndsWithCr(text)) text = text.Slice(0, text.Length - 1);
        if (_swallowing || text.Length > MaxLength) { (_swallowing, _swallowed) = (false, 0); return CommandRead.TooLong; }
        line = text.IsSingleSegment ? Encoding.Latin1.GetString(text.FirstSpan) : Encoding.Latin1.GetString(text);
        return line.AsSpan().IndexOfAny('\0', '\r', '\n') < 0 ? CommandRead.Line : CommandRead.BadBytes;
    }

    CommandRead Unfinished(ref ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length <= MaxLength + 1) return CommandRead.Incomplete;
        _swallowing = true;
        _swallowed += buffer.Length - 1;
        // The last byte stays: it may be the CR of the line's end.
        buffer = buffer.Slice(buffer.Length - 1);
        _searched = buffer.Length;
        if (_swallowed <= LongestSwallowed) return CommandRead.Incomplete;
        _swallowed = 0;
        return CommandRead.TooLong;
    }

    static bool EndsWithCr(ReadOnlySequence<byte> text) =>
        !text.IsEmpty && (text.IsSingleSegment ? text.FirstSpan[^1] : text.Slice(text.Length - 1).FirstSpan[0]) == '\r';
}
