using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ScriptMta.Tests.Transports;

/// <summary>A Web server on loopback that says what a test wants, byte by byte if it likes.</summary>
sealed class HttpsServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly X509Certificate2 _certificate;
    readonly Func<Stream, string, CancellationToken, Task> _answer;
    int _requests;

    public HttpsServer(X509Certificate2 certificate, Func<Stream, string, CancellationToken, Task> answer)
    {
        (_certificate, _answer) = (certificate, answer);
        _listener.Start();
        _ = ServeAsync();
    }

    public HttpsServer(X509Certificate2 certificate, string answer) : this(certificate, (stream, _, cancel) => stream.WriteAsync(Encoding.Latin1.GetBytes(answer), cancel).AsTask()) { }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;
    public int Requests => _requests;

    public static string Policy(string text) => $"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}";

    async Task ServeAsync()
    {
        try
        {
            while (true) _ = ConverseAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException) { }
    }

    async Task ConverseAsync(TcpClient client)
    {
        using (client)
            try
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                var request = new StringBuilder();
                var buffer = new byte[1024];
                while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await tls.ReadAsync(buffer, _stop.Token) is > 0 and var read) request.Append(Encoding.Latin1.GetString(buffer, 0, read));
                if (request.Length == 0) return;
                Interlocked.Increment(ref _requests);
                await _answer(tls, request.ToString(), _stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or AuthenticationException or SocketException or ObjectDisposedException) { }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }
}
