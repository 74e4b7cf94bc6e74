using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Network;
using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception.Tls;

/// <summary>
/// The other end of a session that runs in memory, and that can become one over TLS: after <c>STARTTLS</c>, or from the start (<c>onConnect</c>). Any certificate of the server's will do, so that a configuration
/// without tls_certificate needs no more than <c>await client.StartTlsAsync()</c>. Every wait is bounded.
/// </summary>
sealed class TlsClient : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: 0));
    readonly Pipe _toClient = new(new PipeOptions(pauseWriterThreshold: 0));
    Stream _stream;
    StreamReader _replies;

    TlsClient()
    {
        _stream = new DuplexStream(_toClient.Reader.AsStream(), _toServer.Writer.AsStream());
        _replies = new(_stream, Encoding.Latin1);
    }

    public Task Session { get; private set; } = Task.CompletedTask;
    public Connection Connection { get; private set; } = null!;
    public SslStream Tls => (SslStream)_stream;

    public static TlsClient Start(ReceptionFixture fixture, bool onConnect = false)
    {
        var client = new TlsClient();
        client.Connection = new(new DuplexStream(client._toServer.Reader.AsStream(), client._toClient.Writer.AsStream()), fixture.Clock)
        {
            Remote = new(IPAddress.Parse("192.0.2.5"), 4711), Local = new(IPAddress.Parse("192.0.2.1"), 25),
        };
        client.Session = client.RunAsync(new SmtpSession(client.Connection, fixture.Rules, new(fixture.Spool, fixture.Ids) { TlsOnConnect = onConnect }));
        return client;
    }

    /// <summary>After the banner and EHLO: says STARTTLS and shakes hands.</summary>
    public async Task StartTlsAsync(string name = "", X509Certificate2? certificate = null, string[]? protocols = null, SslProtocols versions = SslProtocols.None)
    {
        var answer = await SayAsync("STARTTLS");
        Assert.Equal("220 2.0.0 TLS go ahead", answer);
        await ShakeAsync(name, certificate, protocols, versions);
    }

    public async Task ShakeAsync(string name = "", X509Certificate2? certificate = null, string[]? protocols = null, SslProtocols versions = SslProtocols.None)
    {
        var secured = new SslStream(_stream, false);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name, EnabledSslProtocols = versions, ApplicationProtocols = protocols is null ? null : [.. protocols.Select(p => new SslApplicationProtocol(p))], RemoteCertificateValidationCallback = static (_, shown, _, _) => shown is not null,
            ClientCertificates = certificate is null ? null : [certificate], LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
        };
        await secured.AuthenticateAsClientAsync(options).WaitAsync(Patience);
        _stream = secured;
        _replies = new(_stream, Encoding.Latin1);
    }

    public async Task SendAsync(string text) => await _stream.WriteAsync(Latin1.Encode(text)).AsTask().WaitAsync(Patience);

    /// <summary>A whole reply, perhaps of several lines; empty when the session is over, or the server has broken off TLS.</summary>
    public async Task<string> ReadReplyAsync()
    {
        var reply = new StringBuilder();
        try
        {
            while (await _replies.ReadLineAsync().WaitAsync(Patience) is { } line)
            {
                reply.Append(reply.Length > 0 ? "\n" : "").Append(line);
                if (line.Length < 4 || line[3] != '-') break;
            }
        }
        catch (IOException) { return ""; }
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
