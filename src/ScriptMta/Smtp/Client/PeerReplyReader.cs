using ScriptMta.Common;

namespace ScriptMta.Smtp;

/// <summary>
/// Reads replies from a server that is not trusted: line, line count and total size are limited; the codes of a multi-line reply must agree in
/// their first digit (Exim goes by the last line; a reply that says both yes and no is malformed here). A bare LF ends a line, as Exim has it.
/// </summary>
sealed class PeerReplyReader(Stream stream)
{
    /// <summary>RFC 5321 4.5.3.1.5 allows 512; Exim's buffer, which real servers have been met with, is 4096.</summary>
    public const int MaxLine = 4096;
    /// <summary>EHLO replies list extensions; no server is known to have more than 40.</summary>
    public const int MaxLines = 128;

    readonly byte[] _buffer = new byte[MaxLine + 2];
    int _start, _end;

    /// <summary>Bytes that came without being asked for: the connection cannot be used for another message.</summary>
    public bool HasUnread => _end > _start;

    /// <summary>Throws <see cref="PeerException"/> when the connection is lost or the reply is malformed.</summary>
    public async ValueTask<PeerReply> ReadAsync(CancellationToken cancel)
    {
        var first = await LineAsync(cancel);
        if (!IsReplyLine(first)) throw Malformed(first);
        if (!Continues(first)) return new(Code(first), first);
        var lines = new List<string> { first };
        for (var last = first; Continues(last); lines.Add(last))
        {
            last = await LineAsync(cancel);
            if (!IsReplyLine(last) || last[0] != first[0] || lines.Count >= MaxLines) throw Malformed(last);
        }
        return new(Code(lines[^1]), string.Join('\n', lines));
    }

    async ValueTask<string> LineAsync(CancellationToken cancel)
    {
        var searched = 0;
        while (true)
        {
            var lf = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (lf >= 0) return Take(searched + lf);
            searched = _end - _start;
            if (searched > MaxLine) throw Malformed(Latin1.Decode(_buffer.AsSpan(_start, 200)));
            if (_start > 0) Compact();
            int read;
            try { read = await stream.ReadAsync(_buffer.AsMemory(_end), cancel); }
            catch (IOException) { throw new PeerException(TroubleKind.Lost, ""); }
            if (read == 0) throw new PeerException(TroubleKind.Lost, "");
            _end += read;
        }
    }

    string Take(int length)
    {
        var line = _buffer.AsSpan(_start, length);
        _start += length + 1;
        if (line.EndsWith("\r"u8)) line = line[..^1];
        return Latin1.Decode(line);
    }

    void Compact()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
    }

    static bool IsReplyLine(string line) =>
        line.Length >= 3 && line[0] is >= '2' and <= '5' && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2]) && (line.Length == 3 || line[3] is ' ' or '-');

    static bool Continues(string line) => line.Length > 3 && line[3] == '-';
    static int Code(string line) => (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    static PeerException Malformed(string line) => new(TroubleKind.Malformed, line);
}
