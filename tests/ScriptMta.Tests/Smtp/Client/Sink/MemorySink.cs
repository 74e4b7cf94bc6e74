using System.Net;
using System.Text;
using ScriptMta.Smtp;

namespace ScriptMta.Tests.Smtp;

/// <summary>
/// A server in memory that answers as it is told, for one conversation: a script of stage → reply (banner ehlo mail rcpt "rcpt ADDRESS" data bdat end verdict rset quit). A reply is lines
/// joined by "\r\n"; DROP closes; HANG says nothing more. Several replies to a stage are taken in turn, the last again and again. Writes are remembered one by one.
/// </summary>
sealed class MemorySink(params (string Stage, string Reply)[] script) : Stream
{
    static readonly Dictionary<string, string> Yes = new()
    {
        ["banner"] = "220 sink ESMTP", ["ehlo"] = "250-sink hello\r\n250-SIZE 1000000\r\n250 PIPELINING", ["lhlo"] = "250-sink\r\n250 PIPELINING", ["helo"] = "250 sink", ["mail"] = "250 ok", ["rcpt"] = "250 ok",
        ["data"] = "354 go", ["bdat"] = "250 more", ["end"] = "250 OK id=abc", ["rset"] = "250 reset", ["quit"] = "221 bye",
    };

    readonly Dictionary<string, Queue<string>> _script = script.GroupBy(s => s.Stage).ToDictionary(g => g.Key, g => new Queue<string>(g.Select(s => s.Reply)));
    readonly SemaphoreSlim _more = new(0);
    readonly Queue<byte> _out = new();
    readonly List<byte> _in = [];
    int _data, _accepted;
    bool _inData, _isLast, _begun, _dropped, _hangs;

    /// <summary>Each write of the client, as Latin-1.</summary>
    public List<string> Writes { get; } = [];
    public List<string> Commands { get; } = [];
    public List<string> Messages { get; } = [];
    public bool IsLmtp { get; init; }
    /// <summary>Verdicts of PRDR come before the last reply.</summary>
    public bool HasVerdicts { get; init; }
    public bool IsClosed { get; private set; }
    readonly StringBuilder _message = new();

    public SmtpPeer Peer(TimeProvider? clock = null) => new(this, null, new("sink", IPAddress.Loopback, 25), clock ?? TimeProvider.System);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_begun) { _begun = true; Say("banner"); }
        while (true)
        {
            lock (_out)
            {
                var count = 0;
                while (count < buffer.Length && _out.TryDequeue(out var b)) buffer.Span[count++] = b;
                if (count > 0) return count;
                if (_dropped) return 0;
            }
            await _more.WaitAsync(cancellationToken);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_dropped) throw new IOException("Broken pipe");
        Writes.Add(Encoding.Latin1.GetString(buffer.Span));
        _in.AddRange(buffer.Span);
        while (!_dropped && Step()) { }
        return default;
    }

    bool Step()
    {
        if (_data > 0) return Chunk();
        var end = _in.IndexOf((byte)'\n');
        if (end < 0) return false;
        var line = Encoding.Latin1.GetString([.. _in[..end]]).TrimEnd('\r');
        _in.RemoveRange(0, end + 1);
        if (_inData) DataLine(line); else Command(line);
        return true;
    }

    bool Chunk()
    {
        var taken = Math.Min(_data, _in.Count);
        if (taken == 0) return false;
        _message.Append(Encoding.Latin1.GetString([.. _in[..taken]]));
        _in.RemoveRange(0, taken);
        if ((_data -= taken) > 0) return false;
        if (_isLast) End(); else Say("bdat");
        return true;
    }

    void DataLine(string line)
    {
        if (line != ".") { _message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n"); return; }
        _inData = false;
        End();
    }

    void End()
    {
        Messages.Add(_message.ToString());
        _message.Clear();
        if (HasVerdicts) Say("353 verdicts", literal: true);
        for (var i = 0; i < _accepted && HasVerdicts; i++) Say("verdict");
        for (var i = 0; i < (IsLmtp ? _accepted : 1); i++) Say("end");
    }

    void Command(string line)
    {
        Commands.Add(line);
        var verb = line.Split(' ', ':')[0].ToLowerInvariant();
        if (verb == "bdat")
        {
            var words = line.Split(' ');
            (_data, _isLast) = (int.Parse(words[1]), words.Length > 2);
            return;
        }
        if (verb == "mail") _accepted = 0;
        var stage = verb == "rcpt" && _script.ContainsKey("rcpt " + Address(line)) ? "rcpt " + Address(line) : verb;
        var reply = Say(stage);
        if (verb == "rcpt" && reply.StartsWith('2')) _accepted++;
        if (verb == "data" && reply.StartsWith("354", StringComparison.Ordinal)) _inData = true;
    }

    string Say(string stage, bool literal = false)
    {
        var reply = literal ? stage : _script.TryGetValue(stage, out var replies) ? replies.Count > 1 ? replies.Dequeue() : replies.Peek() : Yes.GetValueOrDefault(stage, "500 what");
        if (_dropped || _hangs) return "";
        lock (_out)
        {
            if (reply == "DROP") _dropped = true;
            else if (reply == "HANG") _hangs = true;
            else
                foreach (var b in Encoding.Latin1.GetBytes(reply + "\r\n")) _out.Enqueue(b);
        }
        _more.Release();
        return reply;
    }

    /// <summary>Unasked, or what was awaited for long.</summary>
    public void Push(string reply)
    {
        lock (_out)
            foreach (var b in Encoding.Latin1.GetBytes(reply)) _out.Enqueue(b);
        _more.Release();
    }

    static string Address(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];

    protected override void Dispose(bool disposing)
    {
        IsClosed = true;
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
