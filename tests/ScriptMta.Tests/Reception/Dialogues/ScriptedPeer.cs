using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;

namespace ScriptMta.Tests.Reception.Dialogues;

/// <summary>
/// A mail server that callouts and cut-through deliveries find at 127.0.0.1 and 127.0.0.2, PORT. It says yes to everything, unless a line "PREFIX => reply" of its script says otherwise: several lines with one
/// prefix are taken in turn, and the last of them stays. \n in a reply begins another line; CLOSE hangs up; SILENT says nothing. "banner" and "." (the end of a message) are prefixes, too.
/// </summary>
sealed class ScriptedPeer : IAsyncDisposable
{
    const string Close = "CLOSE", Silent = "SILENT";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly (string Prefix, string Reply)[] Yes =
    [
        ("banner", "220 peer.example ESMTP"), ("EHLO", "250-peer.example\n250 SIZE"), ("HELO", "250 peer.example"), ("DATA", "354 go"), (".", "250 taken"), ("QUIT", "221 bye"), ("", "250 ok"),
    ];

    readonly TcpListener _listener = new(IPAddress.Any, 0);
    readonly CancellationTokenSource _stop = new();
    readonly List<(string Prefix, Queue<string> Replies)> _script = [];
    readonly List<ConcurrentQueue<string>> _heard = [];
    readonly List<Task> _sessions = [];
    readonly Task _serving;

    public ScriptedPeer(params IEnumerable<string> script)
    {
        foreach (var line in script.Where(static l => l.Contains(" => ", StringComparison.Ordinal)))
        {
            var parts = line.Split(" => ", 2);
            if (_script.Find(s => s.Prefix == parts[0]).Replies is not { } replies) _script.Add((parts[0], replies = new()));
            replies.Enqueue(parts[1].Replace("\\n", "\n", StringComparison.Ordinal));
        }
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    public int Connections { get { lock (_sessions) return _heard.Count; } }
    /// <summary>So far, connection after connection.</summary>
    public IReadOnlyList<string> Heard { get { lock (_sessions) return [.. _heard.SelectMany(static h => h)]; } }

    /// <summary>Everything, once all clients have gone.</summary>
    public async Task<IReadOnlyList<string>> AllHeardAsync()
    {
        Task[] sessions;
        lock (_sessions) sessions = [.. _sessions];
        await Task.WhenAll(sessions).WaitAsync(Patience);
        return Heard;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                lock (_sessions)
                {
                    _heard.Add(new([$"--- connection {_heard.Count + 1}"]));
                    _sessions.Add(SessionAsync(client, _heard[^1]));
                }
            }
        }
        catch (OperationCanceledException) { }
        Task[] sessions;
        lock (_sessions) sessions = [.. _sessions];
        await Task.WhenAll(sessions);
    }

    async Task SessionAsync(TcpClient client, ConcurrentQueue<string> heard)
    {
        await Task.Yield();
        using var _ = client;
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        try
        {
            if (await SayAsync(stream, "banner") is null) return;
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                heard.Enqueue(line);
                if (await SayAsync(stream, line) is not { } reply) return;
                if (line == "DATA" && reply.StartsWith('3'))
                {
                    string? text;
                    while ((text = await reader.ReadLineAsync(_stop.Token)) is not null and not ".") heard.Enqueue("  " + text);
                    if (text is null) return;
                    heard.Enqueue(".");
                    if (await SayAsync(stream, ".") is null) return;
                }
                if (line == "QUIT") return;
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException) { /* the client went away, or the test is over */ }
    }

    /// <summary>What was said; null when the connection ends here.</summary>
    async Task<string?> SayAsync(NetworkStream stream, string line)
    {
        var reply = ReplyTo(line);
        if (reply == Close) return null;
        if (reply != Silent) await stream.WriteAsync(Latin1.Encode(reply.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n"), _stop.Token);
        return reply;
    }

    string ReplyTo(string line)
    {
        lock (_script)
        {
            foreach (var (prefix, replies) in _script)
                if (Is(line, prefix)) return replies.Count > 1 ? replies.Dequeue() : replies.Peek();
        }
        return Yes.First(y => Is(line, y.Prefix)).Reply;
    }

    static bool Is(string line, string prefix) => prefix == "." ? line == "." : line.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
