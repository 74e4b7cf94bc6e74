using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Hosting;
using ScriptMta.Tests.Network;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>RFC 8460 5.4: reports over HTTPS, and when reports are sent.</summary>
public sealed class TlsReportPostTests
{
    static readonly X509Certificate2 Root = DaneCertificates.AuthorityForNow("Root");

    [Theory]
    [InlineData("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", null)]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "the server answers 500")]
    [InlineData("HTTP/1.1 307 Elsewhere\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "the server answers 307")]
    public async Task A_report_is_posted(string answer, string? problem)
    {
        var asked = "";
        using var server = new HttpsServer(DaneCertificates.ServerForNow(Root, "r.example.com"), async (stream, request, cancel) =>
        {
            asked = request;
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), cancel);
        });
        Assert.Equal(problem, await SendAsync(server, [Root]));
        Assert.StartsWith("POST /v1 HTTP/1.1\r\n", asked, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/tlsrpt+gzip\r\n", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_a_good_certificate_gets_nothing()
    {
        using var server = new HttpsServer(DaneCertificates.ServerForNow(null, "r.example.com"), "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        Assert.NotNull(await SendAsync(server, [Root]));
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public void Reports_are_sent_at_a_time_of_the_servers_own_in_the_first_four_hours()
    {
        var midnight = new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);
        var hosts = Enumerable.Range(0, 50).Select(i => $"mx{i}.example.com").ToList();
        Assert.All(hosts, h => Assert.True(TlsReportRound.IsTime(midnight.AddHours(4), h)));
        Assert.InRange(hosts.Count(h => TlsReportRound.IsTime(midnight.AddHours(2), h)), 5, 45);
    }

    static async Task<string?> SendAsync(HttpsServer server, X509Certificate2Collection authorities)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(server.EndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        using var web = new HttpMessageInvoker(handler);
        return await TlsReportPost.SendAsync(web, new("https://r.example.com/v1"), [1, 2, 3], CancellationToken.None);
    }
}
