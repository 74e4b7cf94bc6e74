using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Smtp;

enum HeaderTrouble { None, SectionTooLong, LineTooLong }

/// <summary>
/// Takes the header section off the front of a decoded message (CRLF line ends). It ends at the empty line, or before the first line that is
/// neither a field nor a continuation (Exim 48.3: such a message has its body there). Limits as header_maxsize and header_line_maxsize (0 = none): bytes,
/// a field counts with its continuations. Memory is bounded by the first.
/// </summary>
sealed class HeaderCollector(long maxSize, long maxFieldSize)
{
    /// <summary>Most header sections fit.</summary>
    const int InitialSize = 2048;

    readonly ImmutableArray<HeaderField>.Builder _fields = ImmutableArray.CreateBuilder<HeaderField>(16);
    byte[] _bytes = [];
    int _length;
    int _lineStart;
    int _fieldStart = -1;

    public bool IsComplete { get; private set; }
    /// <summary>The last line taken has no end yet.</summary>
    public bool IsInLine => _lineStart < _length;
    public HeaderTrouble Trouble { get; private set; }
    public HeaderSection Section => new(_fields.ToImmutable());
    /// <summary>The empty line was there; false also where the message has no body.</summary>
    public bool IsSeparated { get; private set; }
    /// <summary>Lines of the section; the empty line after it is not counted.</summary>
    public int Lines { get; private set; }
    /// <summary>Bytes of blank lines at the ends of fields, which were not kept; a line end counts as one.</summary>
    public int Dropped { get; private set; }

    /// <summary>Adds decoded bytes; gives those that belong to the body already. After <see cref="Trouble"/> everything is dropped.</summary>
    public ReadOnlyMemory<byte> Add(ReadOnlyMemory<byte> piece)
    {
        if (Trouble != HeaderTrouble.None) return default;
        Append(piece.Span);
        while (!IsComplete && NextLine(out var next)) TakeLine(_lineStart, next);
        if (IsComplete) return _bytes.AsMemory(_lineStart, _length - _lineStart);
        if (_length > maxSize) Fail(HeaderTrouble.SectionTooLong);
        else if (maxFieldSize > 0 && _fieldStart >= 0 && _length - _fieldStart > maxFieldSize) Fail(HeaderTrouble.LineTooLong);
        return default;
    }

    /// <summary>The message ended inside the header section: what is there is all of it.</summary>
    public void Complete()
    {
        if (!IsComplete) EndField(_length);
        IsComplete = true;
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _length < bytes.Length)
            Array.Resize(ref _bytes, Math.Max(Math.Max(InitialSize, _bytes.Length * 2), _length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    bool NextLine(out int next)
    {
        var end = _bytes.AsSpan(_lineStart, _length - _lineStart).IndexOf((byte)'\n');
        next = _lineStart + end + 1;
        return end >= 0;
    }

    void TakeLine(int start, int next)
    {
        var line = _bytes.AsSpan(start, next - start - 2);
        if (line.IsEmpty)
        {
            Finish(start, next);
            return;
        }
        if (_fieldStart >= 0 && line[0] is (byte)' ' or (byte)'\t') { _lineStart = next; Lines++; CheckSize(next); return; }
        if (!IsFieldStart(line)) { Finish(start, start); return; }
        EndField(start);
        _fieldStart = start;
        _lineStart = next;
        Lines++;
        CheckSize(next);
    }

    void CheckSize(int next)
    {
        if (next > maxSize) Fail(HeaderTrouble.SectionTooLong);
        else if (maxFieldSize > 0 && next - _fieldStart > maxFieldSize) Fail(HeaderTrouble.LineTooLong);
    }

    void Finish(int fieldsEnd, int bodyStart)
    {
        EndField(fieldsEnd);
        IsSeparated = bodyStart > fieldsEnd;
        _lineStart = bodyStart;
        IsComplete = true;
    }

    void Fail(HeaderTrouble trouble)
    {
        Trouble = trouble;
        IsComplete = true;
        _length = _lineStart = 0;
        _bytes = [];
    }

    void EndField(int end)
    {
        if (_fieldStart < 0) return;
        var field = _bytes.AsSpan(_fieldStart, end - _fieldStart);
        var colon = field.IndexOf((byte)':');
        var name = Latin1.Decode(field[..colon]);
        var body = Latin1.Decode(field[(colon + 1)..]);
        if (body.Contains('\r')) body = body.Replace("\r\n", "\n");
        _fields.Add(new(name, WithoutBlankEnd(body)));
        _fieldStart = -1;
    }

    /// <summary>Lines of nothing but white space at the end of a field go, as in Exim.</summary>
    string WithoutBlankEnd(string body)
    {
        var end = WithoutLineEnd(body);
        for (var last = end.LastIndexOf('\n'); last >= 0 && end[(last + 1)..].Trim(" \t").IsEmpty; last = end.LastIndexOf('\n'))
        {
            Dropped += end.Length - last;
            end = end[..last];
        }
        return end.Length == body.Length ? body : end.ToString();
    }

    static ReadOnlySpan<char> WithoutLineEnd(ReadOnlySpan<char> text) => text.EndsWith("\n") ? text[..^1] : text;

    /// <summary>RFC 5322 2.2: printable characters but the colon, and, as Exim has it (verify = header_names_ascii tells), bytes above ASCII; white space before the colon is the obsolete form (4.5).</summary>
    static bool IsFieldStart(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0) return false;
        var name = line[..colon].TrimEnd(" \t"u8);
        return !name.IsEmpty && name.IndexOfAnyInRange((byte)0, (byte)32) < 0 && !name.Contains((byte)127);
    }
}
