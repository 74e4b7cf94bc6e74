using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptMta.Reception;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Reception;

/// <summary>The server on real sockets, port 0.</summary>
public sealed class SmtpServerTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    sealed class Peer(TcpClient socket) : IDisposable
    {
        readonly StreamReader _reader = new(socket.GetStream(), Encoding.Latin1);

        public static async Task<Peer> ConnectAsync(SmtpServer server)
        {
            var socket = new TcpClient();
            await socket.ConnectAsync(server.Endpoints[0]);
            return new(socket);
        }

        public async Task SendAsync(string text) => await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));

        public Task<string?> ReadAsync() => _reader.ReadLineAsync().WaitAsync(Patience);

        public void Dispose() => socket.Dispose();
    }

    static async Task<(ReceptionFixture, SmtpServer)> StartAsync(string configuration, TimeProvider? clock = null)
    {
        var fixture = await ReceptionFixture.OfAsync("local_interfaces = 127.0.0.1\ndaemon_smtp_ports = 0\nacl_smtp_rcpt = accept\n" + configuration, clock ?? TimeProvider.System);
        var server = new SmtpServer(fixture.Spool, () => fixture.Rules, fixture.Ids, null);
        await server.StartAsync(CancellationToken.None);
        return (fixture, server);
    }

    [Fact]
    public async Task Listens_where_the_options_say_and_serves_several_at_once()
    {
        var (fixture, server) = await StartAsync("");
        await using var _ = fixture;
        await using var __ = server;
        Assert.Equal(IPAddress.Loopback, Assert.Single(server.Endpoints).Address);
        Assert.NotEqual(0, server.Endpoints[0].Port);
        using var one = await Peer.ConnectAsync(server);
        using var two = await Peer.ConnectAsync(server);
        Assert.StartsWith("220 ", await one.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("220 ", await two.ReadAsync(), StringComparison.Ordinal);
        await one.SendAsync("QUIT\r\n");
        Assert.StartsWith("221 ", await one.ReadAsync(), StringComparison.Ordinal);
        Assert.Null(await one.ReadAsync());
    }

    [Fact]
    public async Task The_command_line_replaces_the_ports()
    {
        var (fixture, first) = await StartAsync("");
        await using var _ = fixture;
        await using var __ = first;
        await using var server = new SmtpServer(fixture.Spool, () => fixture.Rules, fixture.Ids, "<; 127.0.0.2.0 ; [::1]:0");
        await server.StartAsync(CancellationToken.None);
        Assert.Equal(["127.0.0.2", "::1"], server.Endpoints.Select(e => e.Address.ToString()));
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named()
    {
        var (fixture, first) = await StartAsync("");
        await using var _ = fixture;
        await using var __ = first;
        await using var server = new SmtpServer(fixture.Spool, () => fixture.Rules, fixture.Ids, $"127.0.0.1.{first.Endpoints[0].Port}");
        var error = await Assert.ThrowsAsync<IOException>(() => server.StartAsync(CancellationToken.None));
        Assert.Contains($"cannot listen on {first.Endpoints[0]}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_connection_too_many_is_told_to_come_back()
    {
        var (fixture, server) = await StartAsync("smtp_accept_max = 1\n");
        await using var _ = fixture;
        await using var __ = server;
        using (var one = await Peer.ConnectAsync(server))
        {
            await one.ReadAsync();
            using var two = await Peer.ConnectAsync(server);
            Assert.Equal("421 Too many concurrent SMTP connections; please try again later.", await two.ReadAsync());
            Assert.Null(await two.ReadAsync());
        }
        while (server.ConnectionCount > 0) await Task.Delay(5).WaitAsync(Patience);
        using var three = await Peer.ConnectAsync(server);
        Assert.StartsWith("220 ", await three.ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("Connection from [127.0.0.1] refused: too many connections", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_host_may_have_only_so_many()
    {
        var (fixture, server) = await StartAsync("smtp_accept_max_per_host = 1\n");
        await using var _ = fixture;
        await using var __ = server;
        using var one = await Peer.ConnectAsync(server);
        await one.ReadAsync();
        using var two = await Peer.ConnectAsync(server);
        Assert.Equal("421 Too many concurrent SMTP connections from this IP address; please try again later.", await two.ReadAsync());
    }

    [Fact]
    public async Task Who_talks_before_the_banner_is_refused()
    {
        // The delay gives the client's words the time to arrive.
        var (fixture, server) = await StartAsync("acl_smtp_connect = accept delay = 1s\n");
        await using var _ = fixture;
        await using var __ = server;
        using var early = await Peer.ConnectAsync(server);
        await early.SendAsync("HELO a.b\r\n");
        Assert.Equal("554 SMTP synchronization error", await early.ReadAsync());
        Assert.Contains("SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from H=[127.0.0.1] input=\"HELO a.b\\r\\n\"", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sends_on_after_a_command_that_needs_an_answer_is_refused()
    {
        var (fixture, server) = await StartAsync("");
        await using var _ = fixture;
        await using var __ = server;
        using var hasty = await Peer.ConnectAsync(server);
        await hasty.ReadAsync();
        await hasty.SendAsync("HELO a.b\r\nMAIL FROM:<>\r\n");
        Assert.Equal("554 SMTP synchronization error", await hasty.ReadAsync());
        Assert.Null(await hasty.ReadAsync());
    }

    [Fact]
    public async Task A_stop_tells_idle_clients_and_takes_nobody_new()
    {
        var (fixture, server) = await StartAsync("");
        await using var _ = fixture;
        await using var __ = server;
        using var idle = await Peer.ConnectAsync(server);
        await idle.ReadAsync();
        await server.StopAsync(TimeSpan.FromSeconds(20)).WaitAsync(Patience);
        Assert.Equal("421 mx.test.example: SIGTERM received - closing connection", await idle.ReadAsync());
        Assert.Null(await idle.ReadAsync());
        Assert.Equal(0, server.ConnectionCount);
    }

    [Fact]
    public async Task A_message_under_way_may_finish_during_a_stop()
    {
        var (fixture, server) = await StartAsync("");
        await using var _ = fixture;
        await using var __ = server;
        using var peer = await Peer.ConnectAsync(server);
        await peer.ReadAsync();
        await peer.SendAsync("EHLO a.b\r\n");
        while ((await peer.ReadAsync())![3] == '-') { }
        await peer.SendAsync("MAIL FROM:<>\r\nRCPT TO:<x@y.z>\r\nDATA\r\n");
        for (var i = 0; i < 3; i++) await peer.ReadAsync();
        await peer.SendAsync("Subject: x\r\n");
        var stopping = server.StopAsync(TimeSpan.FromSeconds(20));
        await Task.Delay(50);
        await peer.SendAsync("\r\n.\r\n");
        Assert.StartsWith("250 2.0.0 OK id=", await peer.ReadAsync(), StringComparison.Ordinal);
        await stopping.WaitAsync(Patience);
        Assert.Single(fixture.Spool.Entries());
    }

    [Fact]
    public async Task A_stop_ends_who_does_not_finish()
    {
        var (fixture, server) = await StartAsync("");
        await using var _ = fixture;
        await using var __ = server;
        using var peer = await Peer.ConnectAsync(server);
        await peer.ReadAsync();
        await peer.SendAsync("EHLO a.b\r\n");
        while ((await peer.ReadAsync())![3] == '-') { }
        await peer.SendAsync("MAIL FROM:<>\r\nRCPT TO:<x@y.z>\r\nDATA\r\n");
        for (var i = 0; i < 3; i++) await peer.ReadAsync();
        await server.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(Patience);
        Assert.Equal(0, server.ConnectionCount);
        Assert.DoesNotContain("internal error", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_never_reads_the_answers_is_cut_off()
    {
        var clock = new ManualClock();
        var (fixture, server) = await StartAsync("recipients_max = 0\n", clock);
        await using var _ = fixture;
        await using var __ = server;
        using var deaf = await Peer.ConnectAsync(server);
        await deaf.ReadAsync();
        await deaf.SendAsync("EHLO a.b\r\n");
        while ((await deaf.ReadAsync())![3] == '-') { }
        await deaf.SendAsync("MAIL FROM:<>\r\n");
        var talking = Task.WhenAny(deaf.SendAsync(string.Concat(Enumerable.Repeat("RCPT TO:<x@y.z>\r\n", 1_000_000))));
        for (var waits = 0; server.ConnectionCount > 0; waits++)
        {
            Assert.True(waits < 3000, "the connection is still there");
            await Task.Delay(10);
            clock.Advance(TimeSpan.FromSeconds(5));
        }
        await talking;
        Assert.DoesNotContain("internal error", fixture.Log(), StringComparison.Ordinal);
    }
}
