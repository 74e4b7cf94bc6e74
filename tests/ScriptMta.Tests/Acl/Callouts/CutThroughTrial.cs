using ScriptMta.Tests.Reception;
using ScriptMta.Tests.Reception.Dialogues;

namespace ScriptMta.Tests.Acl.Callouts;

/// <summary>A server with a spool before a scripted one: remote.example and other.example (another transport) go there, all else stays here.</summary>
sealed class CutThroughTrial : IAsyncDisposable
{
    readonly ReceptionFixture _fixture;

    CutThroughTrial(ReceptionFixture fixture, ScriptedPeer peer) => (_fixture, Peer) = (fixture, peer);

    public ScriptedPeer Peer { get; }

    public static async Task<CutThroughTrial> OfAsync(string acl, params string[] script)
    {
        var peer = new ScriptedPeer(script);
        return new(await ReceptionFixture.OfAsync($"""
            acl_smtp_rcpt = check
            dsn_advertise_hosts = *
            begin acl
            check:
              {acl}
            begin routers
            remote:
              driver = accept
              domains = remote.example
              transport = smtp
            other:
              driver = accept
              domains = other.example
              transport = other
            local:
              driver = accept
              transport = mbox
            begin transports
            smtp:
              driver = smtp
              hosts = 127.0.0.1
              port = {peer.Port}
              allow_localhost
              command_timeout = 1s
              final_timeout = 1s
            other:
              driver = smtp
              hosts = 127.0.0.1
              port = {peer.Port}
              allow_localhost
            mbox:
              driver = appendfile
              file = /dev/null
            """, TimeProvider.System), peer);
    }

    /// <summary>The reply to the final dot.</summary>
    public async Task<string> SendAsync(string[] recipients, string[] message, string parameters = "")
    {
        await using var client = await BeginAsync(recipients, parameters);
        await client.SendAsync(string.Concat(message.Select(static l => l + "\r\n")));
        var reply = await client.SayAsync(".");
        await client.SayAsync("QUIT");
        return reply;
    }

    public async Task BreakAsync(string recipient, string half)
    {
        await using var client = await BeginAsync([recipient], "");
        await client.SendAsync(half);
        await client.HangUpAsync();
    }

    /// <summary>The recipients of all queued messages.</summary>
    public async Task<List<string>> QueuedAsync() => [.. (await _fixture.StoredAsync()).SelectMany(static s => s.Message.Envelope.Recipients).Select(static r => r.Address.ToString())];

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    async Task<TestClient> BeginAsync(string[] recipients, string parameters)
    {
        var client = _fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        Assert.StartsWith("250", await client.SayAsync($"MAIL FROM:<s@b.example> {parameters}".TrimEnd()), StringComparison.Ordinal);
        foreach (var recipient in recipients)
        {
            var (address, rest) = recipient.IndexOf('>', StringComparison.Ordinal) is >= 0 and var end ? (recipient[..end], recipient[(end + 1)..]) : (recipient, "");
            await client.SayAsync($"RCPT TO:<{address}>{rest}");
        }
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        return client;
    }
}
