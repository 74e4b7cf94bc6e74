using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ScriptMta.Tests.Smtp;

/// <summary>
/// A server that answers as it is told: stage → reply (banner ehlo helo mail rcpt data end rset quit; "rcpt ADDRESS" for one recipient). Lines of
/// a reply are joined with "\r\n" by the test. Stages without an entry say yes; "midst" is after the first line of a message, "bdat" after a chunk, "verdict" after a message for each recipient.
/// DROP closes, RESET too and hard, HANG says nothing, "SPLIT text" sends byte by byte, "RAW text" without a line end, "FLOOD n text" n lines, "text THEN DROP" closes afterwards, "LATE text" waits for Release.
/// </summary>
sealed class ScriptedServer : IAsyncDisposable
{
    static readonly Dictionary<string, string> Yes = new()
    {
        ["banner"] = "220 sink ESMTP", ["ehlo"] = "250-sink hello\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 HELP", ["helo"] = "250 sink",
        ["mail"] = "250 ok", ["rcpt"] = "250 ok", ["data"] = "354 go", ["end"] = "250 OK id=abc", ["starttls"] = "220 go", ["rset"] = "250 reset", ["quit"] = "221 bye",
    };

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Dictionary<string, string> _script;
    readonly Task _serving;
    readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _open;

    public void Release() => _released.TrySetResult();

    /// <summary>Sessions that have not ended.</summary>
    public int Open => Volatile.Read(ref _open);
    public bool IsLmtp { get; init; }

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
    /// <summary>With one, STARTTLS (stage "starttls") is followed by a handshake, and then EHLO is stage "ehlo tls" where there is one.</summary>
    public X509Certificate2? Certificate { get; init; }
    public bool IsOnConnect { get; init; }
    /// <summary>Names of protocols that are agreed to (RFC 7301).</summary>
    public List<SslApplicationProtocol>? Protocols { get; init; }
    public RemoteCertificateValidationCallback? ChecksClient { get; init; }
    /// <summary>Asked first for each line: an answer, or null for the script's.</summary>
    public Func<string, string?>? Answers { get; init; }
    public ConcurrentQueue<SslStream> Secured { get; } = new();
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
        Stream stream = client.GetStream();
        var accepted = 0;
        Interlocked.Increment(ref _open);
        try
        {
            if (IsOnConnect) stream = await SecureAsync(stream);
            var reader = new StreamReader(stream, Encoding.Latin1);
            await SayAsync(stream, "banner");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                Heard.Enqueue(line);
                var verb = line.Split(' ', ':')[0].ToLowerInvariant();
                if (verb == "mail") accepted = 0;
                if (verb == "bdat") { await ChunkAsync(stream, reader, line, accepted); continue; }
                if (Answers?.Invoke(line) is { } answer) { await WriteAsync(stream, answer + "\r\n"); continue; }
                if (verb == "ehlo" && stream is SslStream && _script.ContainsKey("ehlo tls")) verb = "ehlo tls";
                if (verb == "starttls" && Certificate is not null)
                {
                    if (await SayAsync(stream, verb) is not ['2', ..]) continue;
                    stream = await SecureAsync(stream);
                    reader = new StreamReader(stream, Encoding.Latin1);
                    continue;
                }
                if (verb == "quit") { await SayAsync(stream, "quit"); return; }
                var reply = await SayAsync(stream, verb == "rcpt" && _script.ContainsKey("rcpt " + Address(line)) ? "rcpt " + Address(line) : verb);
                if (verb == "rcpt" && reply.StartsWith('2')) accepted++;
                if (verb == "data" && reply.StartsWith("354", StringComparison.Ordinal)) await ReceiveAsync(stream, reader, accepted);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or EndOfStreamException or ObjectDisposedException or System.Security.Authentication.AuthenticationException) { }
        finally { Interlocked.Decrement(ref _open); }
    }

    async Task<SslStream> SecureAsync(Stream stream)
    {
        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificate, ApplicationProtocols = Protocols, ClientCertificateRequired = ChecksClient is not null, RemoteCertificateValidationCallback = ChecksClient,
        }, _stop.Token);
        Secured.Enqueue(secured);
        return secured;
    }

    async Task ChunkAsync(Stream stream, StreamReader reader, string line, int accepted)
    {
        var words = line.Split(' ');
        var chunk = new char[int.Parse(words[1])];
        if (await reader.ReadBlockAsync(chunk, _stop.Token) < chunk.Length) throw new EndOfStreamException();
        if (words.Length > 2) await EndAsync(stream, new string(chunk), accepted);
        else await SayAsync(stream, "bdat");
    }

    async Task EndAsync(Stream stream, string message, int accepted)
    {
        Messages.Enqueue(message);
        if (_script.ContainsKey("verdict"))
        {
            await SayAsync(stream, "353 verdicts", literal: true);
            for (var i = 0; i < accepted; i++) await SayAsync(stream, "verdict");
        }
        for (var i = 0; i < (IsLmtp ? accepted : 1); i++) await SayAsync(stream, "end");
    }

    async Task ReceiveAsync(Stream stream, StreamReader reader, int accepted)
    {
        var message = new StringBuilder();
        string? line;
        while ((line = await reader.ReadLineAsync(_stop.Token)) != ".")
        {
            if (line is null) throw new EndOfStreamException();
            Heard.Enqueue("  " + line);
            message.Append(line.StartsWith('.') ? line[1..] : line).Append('\n');
            if (_script.ContainsKey("midst")) await SayAsync(stream, "midst");
        }
        await EndAsync(stream, message.ToString(), accepted);
    }

    async Task<string> SayAsync(Stream stream, string stage, bool literal = false)
    {
        var reply = literal ? stage : _script.GetValueOrDefault(stage) ?? Yes.GetValueOrDefault(stage, "500 what");
        if (reply == "DROP") throw new EndOfStreamException();
        if (reply == "RESET") { ((NetworkStream)stream).Socket.Close(0); throw new EndOfStreamException(); }
        if (reply == "HANG") await Task.Delay(Timeout.Infinite, _stop.Token);
        if (reply.StartsWith("LATE ", StringComparison.Ordinal)) { await _released.Task.WaitAsync(_stop.Token); reply = reply[5..]; }
        var ends = reply.EndsWith(" THEN DROP", StringComparison.Ordinal);
        if (ends) reply = reply[..^10];
        switch (reply.Split(' ')[0])
        {
            case "SPLIT": foreach (var b in reply = reply[6..] + "\r\n") { await WriteAsync(stream, b.ToString()); await Task.Yield(); } break;
            case "RAW": await WriteAsync(stream, reply = reply[4..]); break;
            case "FLOOD":
                var words = reply.Split(' ', 3);
                var block = string.Concat(Enumerable.Repeat((reply = words[2]) + "\r\n", 100));
                for (var i = int.Parse(words[1]); i > 0; i -= 100) await WriteAsync(stream, block);
                break;
            default: await WriteAsync(stream, reply + "\r\n"); break;
        }
        return ends ? throw new EndOfStreamException() : reply;
    }

    ValueTask WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text), _stop.Token);

    static string Address(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }
}
