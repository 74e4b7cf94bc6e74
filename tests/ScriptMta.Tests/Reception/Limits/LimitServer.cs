using System.Net.Sockets;
using System.Text;
using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception;

/// <summary>A server on a real socket with clients that talk to it; every wait is bounded.</summary>
sealed class LimitServer(ReceptionFixture fixture, SmtpServer server) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    readonly List<Client> _clients = [];

    public SmtpServer Server => server;

    public static async Task<LimitServer> StartAsync(string configuration, MachineState? machine = null, string logSelectors = "", TimeProvider? clock = null)
    {
        var fixture = await ReceptionFixture.OfAsync("local_interfaces = 127.0.0.1\ndaemon_smtp_ports = 0\nacl_smtp_rcpt = accept\n" + configuration, clock ?? TimeProvider.System, logSelectors);
        var server = new SmtpServer(fixture.Spool, () => fixture.Rules, fixture.Ids, null) { Machine = machine ?? MachineState.Own };
        await server.StartAsync(CancellationToken.None);
        return new(fixture, server);
    }

    public async Task<Client> ConnectAsync()
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(server.Endpoints[0]);
        var client = new Client(socket);
        _clients.Add(client);
        return client;
    }

    /// <summary>The text without stamps, once it holds what is waited for.</summary>
    public async Task<string> LogWithAsync(string text)
    {
        for (var waits = 0; ; waits++)
        {
            var log = fixture.Log();
            if (log.Contains(text, StringComparison.Ordinal)) return log;
            Assert.True(waits < 3000, $"the log lacks \"{text}\":\n{log}");
            await Task.Delay(10);
        }
    }

    public async Task UntilEmptyAsync()
    {
        for (var waits = 0; server.ConnectionCount > 0; waits++)
        {
            Assert.True(waits < 3000, "a connection is still there");
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await server.DisposeAsync();
        await fixture.DisposeAsync();
    }

    public sealed class Client(TcpClient socket) : IDisposable
    {
        readonly StreamReader _reader = new(socket.GetStream(), Encoding.Latin1);

        public async Task SendAsync(string text) => await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask().WaitAsync(Patience);

        /// <summary>The last line of the reply; null at the end of the connection.</summary>
        public async Task<string?> ReadAsync()
        {
            string? line;
            while ((line = await _reader.ReadLineAsync().WaitAsync(Patience)) is { Length: > 3 } && line[3] == '-') { }
            return line;
        }

        public async Task<string?> SayAsync(string command)
        {
            await SendAsync(command + "\r\n");
            return await ReadAsync();
        }

        public void Dispose() => socket.Dispose();
    }
}
