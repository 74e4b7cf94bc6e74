using System.IO.Pipelines;
using System.Net;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Network;
using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception;

/// <summary>The other end of a session that runs over two pipes in memory. Every wait is bounded.</summary>
sealed class TestClient : IAsyncDisposable
{
    /// <summary>Far more than any answer takes, even on a loaded machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Pipe _toServer = new();
    readonly Pipe _toClient = new(new PipeOptions(pauseWriterThreshold: 0));
    readonly StreamReader _replies;

    TestClient() => _replies = new(_toClient.Reader.AsStream(), Encoding.Latin1);

    public Task Session { get; private set; } = Task.CompletedTask;
    public Connection Connection { get; private set; } = null!;

    /// <param name="early">Sent before the server begins.</param>
    public static TestClient Start(ReceptionFixture fixture, IPEndPoint remote, Action<SmtpSession>? prepare = null, string early = "", bool lmtp = false)
    {
        var client = new TestClient();
        if (early.Length > 0) client._toServer.Writer.WriteAsync(Latin1.Encode(early)).AsTask().Wait(Patience);
        client.Connection = new(new DuplexStream(client._toServer.Reader.AsStream(), client._toClient.Writer.AsStream()), fixture.Clock)
        {
            Remote = remote, Local = new(IPAddress.Parse("192.0.2.1"), 25),
        };
        var session = new SmtpSession(client.Connection, fixture.Rules, new(fixture.Spool, fixture.Ids) { Machine = fixture.Machine }) { IsLmtp = lmtp };
        prepare?.Invoke(session);
        client.Session = client.RunAsync(session);
        return client;
    }

    /// <summary>Does not wait for the server: after the end of the session nobody reads.</summary>
    public Task SendAsync(string text) => SendAsync(Latin1.Encode(text));

    public async Task SendAsync(byte[] bytes) => await _toServer.Writer.WriteAsync(bytes).AsTask().WaitAsync(Patience);

    /// <summary>Null when the session is over.</summary>
    public Task<string?> ReadLineAsync() => _replies.ReadLineAsync().WaitAsync(Patience);

    /// <summary>A whole reply, perhaps of several lines.</summary>
    public async Task<string> ReadReplyAsync()
    {
        var reply = new StringBuilder();
        while (await ReadLineAsync() is { } line)
        {
            reply.Append(reply.Length > 0 ? "\n" : "").Append(line);
            if (line.Length < 4 || line[3] != '-') break;
        }
        return reply.ToString();
    }

    public async Task<string> SayAsync(string command)
    {
        await SendAsync(command + "\r\n");
        return await ReadReplyAsync();
    }

    /// <summary>The client goes away without a word.</summary>
    public async Task HangUpAsync()
    {
        await _toServer.Writer.CompleteAsync();
        await Session.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync();
        _replies.Dispose();
    }

    async Task RunAsync(SmtpSession session)
    {
        try { await session.RunAsync(CancellationToken.None); }
        finally
        {
            await Connection.DisposeAsync();
            await _toServer.Reader.CompleteAsync();
            await _toClient.Writer.CompleteAsync();
        }
    }
}
