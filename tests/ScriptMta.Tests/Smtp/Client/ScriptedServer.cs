using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.Tests.Smtp;

/// <summary>
/// A server that answers as it is told: stage → reply (banner ehlo helo mail rcpt data end rset quit; "rcpt ADDRESS" for one recipient). Lines of
/// a reply are joined with "\r\n" by the test. DROP closes, HANG says nothing, "SPLIT text" sends byte by byte. Stages without an entry say yes.
/// </summary>
sealed class ScriptedServer : IAsyncDisposable
{
    static readonly Dictionary<string, string> Yes = new()
    {
        ["banner"] = "220 sink ESMTP", ["ehlo"] = "250-sink hello\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 HELP", ["helo"] = "250 sink",
        ["mail"] = "250 ok", ["rcpt"] = "250 ok", ["data"] = "354 go", ["end"] = "250 OK id=abc", ["rset"] = "250 reset", ["quit"] = "221 bye",
    };

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Dictionary<string, string> _script;
    readonly Task _serving;

    public ScriptedServer(params (string Stage, string Reply)[] script)
    {
        _script = script.ToDictionary(s => s.Stage, s => s.Reply);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    /// <summary>Every command line, in order; a message's lines begin with two spaces.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();
    public ConcurrentQueue<string> Messages { get; } = new();
    public int Connections;
    /// <summary>Commands that came in one read with the one before.</summary>
    public string Commands => string.Join("|", Heard.Where(h => !h.StartsWith("  ", StringComparison.Ordinal)));

    async Task ServeAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref Connections);
                sessions.Add(SessionAsync(client));
            }
        }
        catch (OperationCanceledException) { }
        await Task.WhenAll(sessions);
    }

    async Task SessionAsync(TcpClient client)
    {
        using var _ = client;
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            await SayAsync(stream, "banner");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                Heard.Enqueue(line);
                var verb = line.Split(' ', ':')[0].ToLowerInvariant();
                if (verb == "quit") { await SayAsync(stream, "quit"); return; }
                var reply = await SayAsync(stream, verb == "rcpt" && _script.ContainsKey("rcpt " + Address(line)) ? "rcpt " + Address(line) : verb);
                if (verb == "data" && reply.StartsWith("354", StringComparison.Ordinal)) await ReceiveAsync(stream, reader);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or EndOfStreamException) { }
    }

    async Task ReceiveAsync(NetworkStream stream, StreamReader reader)
    {
        var message = new StringBuilder();
        string? line;
        while ((line = await reader.ReadLineAsync(_stop.Token)) != ".")
        {
            if (line is null) throw new EndOfStreamException();
            Heard.Enqueue("  " + line);
            message.Append(line.StartsWith('.') ? line[1..] : line).Append('\n');
        }
        Messages.Enqueue(message.ToString());
        await SayAsync(stream, "end");
    }

    async Task<string> SayAsync(NetworkStream stream, string stage)
    {
        var reply = _script.GetValueOrDefault(stage) ?? Yes.GetValueOrDefault(stage, "500 what");
        if (reply == "DROP") throw new EndOfStreamException();
        if (reply == "HANG") await Task.Delay(Timeout.Infinite, _stop.Token);
        var split = reply.StartsWith("SPLIT ", StringComparison.Ordinal);
        var bytes = Encoding.Latin1.GetBytes((split ? reply[6..] : reply) + "\r\n");
        if (!split) await stream.WriteAsync(bytes, _stop.Token);
        else
            foreach (var b in bytes) { await stream.WriteAsync(new[] { b }, _stop.Token); await Task.Yield(); }
        return split ? reply[6..] : reply;
    }

    static string Address(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }
}
