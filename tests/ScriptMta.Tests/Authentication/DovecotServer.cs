using System.Net.Sockets;
using System.Text;

namespace ScriptMta.Tests.Authentication;

/// <summary>Dovecot's authentication server as a script: greets, then answers each line that matches with what stands beside it, and hangs up when the script is at its end.</summary>
sealed class DovecotServer : IAsyncDisposable
{
    public const string Greeting = "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nMECH\tX-STEPS\nSPID\t7\nCUID\t1\nCOOKIE\t0123456789abcdef\nDONE\n";

    readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly Task _work;

    public DovecotServer(string path, string greeting, params string[] answers)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _work = ServeAsync(greeting, answers);
    }

    /// <summary>What clients said after their greeting.</summary>
    public List<string> Seen { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _work;
    }

    async Task ServeAsync(string greeting, string[] answers)
    {
        while (true)
        {
            Socket client;
            try { client = await _listener.AcceptAsync(); }
            catch (Exception error) when (error is SocketException or ObjectDisposedException) { return; }
            using var _ = client;
            await using var stream = new NetworkStream(client);
            await TalkAsync(stream, greeting, answers);
        }
    }

    async Task TalkAsync(NetworkStream stream, string greeting, string[] answers)
    {
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(greeting));
            using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
            Assert.Equal("VERSION\t1\t0", await reader.ReadLineAsync());
            Assert.StartsWith("CPID\t", await reader.ReadLineAsync(), StringComparison.Ordinal);
            foreach (var answer in answers)
            {
                if (await reader.ReadLineAsync() is not { } line) return;
                Seen.Add(line);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
            }
        }
        catch (IOException) { /* the client has heard enough */ }
    }
}
