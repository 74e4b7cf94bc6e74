using ScriptMta.Tests.Spool;
using System.Net.Sockets;
using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception.Tls;

/// <summary>Clients that shake hands slowly, wrongly or not at all.</summary>
public sealed class HandshakeTests
{
    const string Open = "tls_advertise_hosts = *\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = 0\nsmtp_accept_max = 0\n";

    [Fact]
    public async Task A_handshake_that_stands_still_ends_with_the_time_for_a_command()
    {
        var clock = new ManualClock();
        await using var fixture = await ReceptionFixture.OfAsync(Open, clock);
        await using var client = TlsClient.Start(fixture);
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        Assert.Equal("220 2.0.0 TLS go ahead", await client.SayAsync("STARTTLS"));
        // The head of a record that never comes.
        await client.SendAsync("\x16\x03\x01\x02");
        while (!client.Session.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(10);
        }
        Assert.Contains("TLS error on connection from (client.example) [192.0.2.5] (gnutls_handshake): timed out", fixture.Log(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EHLO again.example\r\n")]
    [InlineData("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00")]
    [InlineData("\x16\x03\x01\xff\xff\x01\xff\xff\xff")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10")]
    [InlineData("\x15\x03\x01\x00\x02\x02\x28")]
    public async Task What_is_no_handshake_ends_the_session_and_is_never_a_command(string sent)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = TlsClient.Start(fixture);
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        await client.SayAsync("STARTTLS");
        await client.SendAsync(sent);
        await client.HangUpAsync();
        Assert.Contains("TLS error on connection from (client.example) [192.0.2.5] (gnutls_handshake): ", fixture.Log(), StringComparison.Ordinal);
        Assert.DoesNotContain("again.example", fixture.Log(), StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", fixture.Log(ScriptMta.Logging.LogFile.Panic), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_bytes_in_the_place_of_a_handshake_end_the_session()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            await using var client = TlsClient.Start(fixture, onConnect: true);
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            if (i % 2 == 0) ((ReadOnlySpan<byte>)[22, 3, 1, 0]).CopyTo(bytes.AsSpan(0).Length >= 4 ? bytes : new byte[4]);
            await client.SendAsync(ScriptMta.Common.Latin1.Decode(bytes));
            await client.HangUpAsync();
        }
        Assert.Equal("", fixture.Log(ScriptMta.Logging.LogFile.Panic));
        Assert.Equal(200, fixture.Log().Split('\n').Count(l => l.Contains("TLS error on connection from [192.0.2.5] (gnutls_handshake): ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Many_handshakes_that_stand_still_hold_no_threads_and_nobody_up()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open, TimeProvider.System);
        await using var server = new SmtpServer(fixture.Spool, () => fixture.Rules, fixture.Ids, null) { TlsOnConnect = true };
        await server.StartAsync(CancellationToken.None);
        var slow = new List<Socket>();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(server.Endpoints[0]);
                socket.Send([22, 3, 1]);
                slow.Add(socket);
            }
            while (server.ConnectionCount < 300) await Task.Delay(10);
            using var client = new TcpClient();
            await client.ConnectAsync(server.Endpoints[0]);
            await using var stream = new System.Net.Security.SslStream(client.GetStream(), false, static (_, shown, _, _) => shown is not null);
            await stream.AuthenticateAsClientAsync("").WaitAsync(TimeSpan.FromSeconds(60));
            Assert.True(ThreadPool.ThreadCount < 100, $"{ThreadPool.ThreadCount} threads");
        }
        finally { slow.ForEach(s => s.Dispose()); }
    }

    [Fact]
    public async Task A_stop_ends_a_handshake()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = TlsClient.Start(fixture, onConnect: true);
        await client.SendAsync("\x16");
        client.Connection.Stop();
        await client.Session.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
