using ScriptMta.Smtp;

namespace ScriptMta.Tests.Smtp;

/// <summary>Bad servers again and again: nothing is left of them.</summary>
[Collection(nameof(ScriptMta.Tests.Expansion.Generated.Alone))]
public sealed class LeakTests
{
    static readonly (string, string)[][] Cheap =
    [
        [("banner", "554 no")], [("banner", "DROP")], [("ehlo", "DROP")], [("mail", "550 no")], [("mail", "DROP")], [("rcpt", "550 no")], [("rcpt", "DROP")], [("data", "451 no")], [("data", "DROP")],
        [("end", "550 no")], [("end", "DROP")], [("end", "421 bye")], [("banner", "what")], [("ehlo", "250-sink\r\n250-PIPELINING\r\n250 CHUNKING"), ("end", "DROP")], [("rset", "500 no")],
    ];

    [Fact]
    public async Task Ten_thousand_bad_conversations_leave_no_connection_open_and_no_memory_taken()
    {
        await RunAsync(500);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RunAsync(10_000);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 2_000_000, $"{grown} bytes are left");
    }

    static async Task RunAsync(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            var sink = new MemorySink(Cheap[i % Cheap.Length]);
            Assert.NotEmpty(await SinkTalk.SendAsync(sink, "a@r.test", "b@r.test"));
            Assert.True(sink.IsClosed);
        }
    }

    [Fact]
    public async Task Over_real_sockets_every_session_ends_and_no_descriptor_is_kept()
    {
        var descriptors = 0;
        for (var round = 0; round < 2; round++)
        {
            foreach (var script in Cheap)
            {
                await using var server = new ScriptedServer(script);
                await using var pool = new PeerPool(TimeProvider.System);
                for (var i = 0; i < 20; i++) await TalkAsync(server);
                for (var waited = 0; server.Open > 0 && waited < 200; waited++) await Task.Delay(50);
                Assert.Equal(0, server.Open);
            }
            var open = Directory.GetFiles("/proc/self/fd").Length;
            // The first round opens what the runtime keeps; other tests run beside this one.
            if (round == 0) descriptors = open; else Assert.InRange(open, 0, descriptors + 100);
        }
    }

    static async Task TalkAsync(ScriptedServer server)
    {
        var settings = SinkTalk.Settings;
        if (await SmtpDialer.OpenAsync(new("sink", System.Net.IPAddress.Loopback, server.Port), settings, TimeProvider.System, CancellationToken.None) is not DialResult.Opened opened) return;
        var transaction = new SmtpTransaction(opened.Peer, settings, SinkTalk.Mail("body\n", "a@r.test"));
        await transaction.RunAsync(CancellationToken.None);
        if (transaction.CanContinue) await opened.Peer.QuitAsync(); else await opened.Peer.DisposeAsync();
    }
}
