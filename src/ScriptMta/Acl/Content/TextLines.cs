using ScriptMta.Common;

namespace ScriptMta.Acl;

/// <summary>The lines of a stream without their line feeds; a longer one comes in pieces of at most so many bytes. One line is in memory at a time.</summary>
ref struct TextLines(Stream stream, int longest)
{
    readonly byte[] _buffer = new byte[longest];
    int _from, _to;
    bool _ended;

    public string Current { get; private set; } = "";

    public readonly TextLines GetEnumerator() => this;

    public bool MoveNext()
    {
        while (true)
        {
            var waiting = _buffer.AsSpan(_from, _to - _from);
            var feed = waiting.IndexOf((byte)'\n');
            if (feed >= 0) return Give(waiting[..feed], feed + 1);
            if (_ended || waiting.Length == longest) return waiting.Length > 0 && Give(waiting, waiting.Length);
            waiting.CopyTo(_buffer);
            (_from, _to) = (0, waiting.Length);
            var count = stream.Read(_buffer, _to, longest - _to);
            _to += count;
            _ended = count == 0;
        }
    }

    bool Give(ReadOnlySpan<byte> line, int used)
    {
        Current = Latin1.Decode(line);
        _from += used;
        return true;
    }
}
