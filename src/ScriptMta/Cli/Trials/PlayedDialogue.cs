using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>What was sent, and what came of it before the session wanted more: lines of the reply, of the log and of the trace. Sent is null for the greeting.</summary>
sealed record Exchange(string? Sent, List<string> Expected)
{
    public List<string> Replies { get; } = [];
    public List<string> Logged { get; } = [];
    public List<string> Seen { get; } = [];

    /// <summary>Replies that were expected and did not come so; nothing is expected where nothing is written.</summary>
    public bool IsWrong => Expected.Count > 0 && (Expected.Count != Replies.Count || !Expected.Zip(Replies).All(static pair => Matches(pair.First, pair.Second)));

    /// <summary>"*" stands for anything.</summary>
    static bool Matches(string expected, string reply)
    {
        var parts = expected.Split('*');
        if (parts.Length == 1) return expected == reply;
        if (!reply.StartsWith(parts[0], StringComparison.Ordinal)) return false;
        var at = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = reply.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + part.Length;
        }
        return reply.Length - at >= parts[^1].Length && reply.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}

/// <summary>
/// Both directions of a dry run that plays a file: each read gives the session the next line, so that whatever it wrote until then belongs to the line before.
/// A file is lines as they are typed; or, when one begins with "c:", lines that are sent ("c:"), replies that are expected ("s:") and comments.
/// </summary>
sealed class PlayedDialogue : Stream
{
    const string Sends = "c:", Expects = "s:";

    readonly List<Exchange> _all = [new(null, [])];
    readonly System.Text.StringBuilder _reply = new();
    int _now;
    int _given;

    public PlayedDialogue(string file)
    {
        var lines = file.TrimEnd('\n').Split('\n').Select(static l => l.TrimEnd('\r')).ToList();
        var scripted = lines.Exists(static l => l.StartsWith(Sends, StringComparison.Ordinal));
        foreach (var line in lines)
            if (!scripted) _all.Add(new(line, []));
            else if (line.StartsWith(Sends, StringComparison.Ordinal)) _all.Add(new(After(line), []));
            else if (line.StartsWith(Expects, StringComparison.Ordinal)) _all[^1].Expected.Add(After(line));
    }

    /// <summary>What happened; lines that the session did not live to read are not in it, unless something was expected of them.</summary>
    public IReadOnlyList<Exchange> Exchanges => [.. _all.Where((e, i) => i <= _now || e.Expected.Count > 0)];

    /// <summary>A line of the log or the trace.</summary>
    public void Note(string line)
    {
        if (line.StartsWith("LOG: ", StringComparison.Ordinal)) _all[_now].Logged.Add(line[5..]);
        else _all[_now].Seen.Add(line);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return new(0);
        if (_given == 0)
        {
            if (_now + 1 == _all.Count) return new(0);
            _now++;
        }
        var left = Latin1.Encode(_all[_now].Sent! + "\r\n").AsSpan(_given);
        var count = Math.Min(left.Length, buffer.Length);
        left[..count].CopyTo(buffer.Span);
        _given = count == left.Length ? 0 : _given + count;
        return new(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _reply.Append(Latin1.Decode(buffer.Span));
        var text = _reply.ToString();
        var end = text.LastIndexOf('\n') + 1;
        _reply.Clear().Append(text[end..]);
        _all[_now].Replies.AddRange(text[..end].Split('\n').SkipLast(1).Where(static l => l.EndsWith('\r')).Select(static l => l[..^1]));
        return default;
    }

    static string After(string line) => line[2..].TrimStart(' ');

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
