using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ScriptMta.Dns;
using ScriptMta.Tests.Dns;
using ScriptMta.Tests.Network;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>RFC 8461 3.3: fetching a policy from a Web server that means well, or does not.</summary>
public sealed class StsFetchTests
{
    const string Good = "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 86400\n";

    static readonly X509Certificate2 Root = DaneCertificates.AuthorityForNow("Root");
    static readonly X509Certificate2 Server = DaneCertificates.ServerForNow(Root, "mta-sts.example.com");

    [Fact]
    public async Task A_policy_comes_from_the_server_named_after_the_domain()
    {
        var asked = "";
        using var server = new HttpsServer(Server, async (stream, request, cancel) =>
        {
            asked = request;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(HttpsServer.Policy(Good)), cancel);
        });
        Assert.Equal("7", Assert.IsType<StsFetched.Policy>(await FetchAsync(server.EndPoint)).Value.Id);
        Assert.StartsWith("GET /.well-known/mta-sts.txt HTTP/1.1\r\n", asked, StringComparison.Ordinal);
        Assert.Contains("Host: mta-sts.example.com\r\n", asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "the server answers 404")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: https://mta-sts.example.com/.well-known/mta-sts.txt\r\nContent-Length: 0\r\n\r\n", "the server answers 301")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "the server answers 204")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n", "the policy is text/html, not text/plain")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "the policy is of no type, not text/plain")]
    public async Task What_is_no_answer_is_a_fetch_error(string answer, string why)
    {
        using var server = new HttpsServer(Server, answer);
        Assert.Equal(new StsFetched.Failed("sts-policy-fetch-error", why), await FetchAsync(server.EndPoint));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\nversion: STSv1")] // cut off
    [InlineData("")]
    public async Task Nonsense_is_a_fetch_error(string answer)
    {
        using var server = new HttpsServer(Server, answer);
        Assert.Equal("sts-policy-fetch-error", Assert.IsType<StsFetched.Failed>(await FetchAsync(server.EndPoint)).ResultType);
    }

    [Fact]
    public async Task A_policy_that_is_none_is_invalid()
    {
        using var server = new HttpsServer(Server, HttpsServer.Policy("hello: there\n"));
        Assert.Equal(new StsFetched.Failed("sts-policy-invalid", "version is not STSv1"), await FetchAsync(server.EndPoint));
    }

    [Fact]
    public async Task A_policy_without_end_is_given_up_after_64_KB()
    {
        long sent = 0;
        using var server = new HttpsServer(Server, async (stream, _, cancel) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"u8.ToArray(), cancel);
            var line = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("mx: a.b\n", 1000)));
            for (; sent < 1L << 30; sent += line.Length) await stream.WriteAsync(line, cancel);
        });
        Assert.Equal("the policy is longer than 64 KB", Assert.IsType<StsFetched.Failed>(await FetchAsync(server.EndPoint)).Why);
        Assert.True(sent < 64 << 20, $"{sent}");
    }

    [Fact]
    public async Task A_header_section_without_end_is_given_up()
    {
        using var server = new HttpsServer(Server, async (stream, _, cancel) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), cancel);
            while (true) await stream.WriteAsync("X-More: and more and more and more\r\n"u8.ToArray(), cancel);
        });
        Assert.Equal("sts-policy-fetch-error", Assert.IsType<StsFetched.Failed>(await FetchAsync(server.EndPoint)).ResultType);
    }

    [Fact]
    public async Task A_server_that_sends_a_byte_now_and_then_is_given_up()
    {
        using var server = new HttpsServer(Server, async (stream, _, cancel) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"u8.ToArray(), cancel);
            while (true) { await stream.WriteAsync("x"u8.ToArray(), cancel); await Task.Delay(20, cancel); }
        });
        Assert.Equal("no policy within 0.5s", Assert.IsType<StsFetched.Failed>(await FetchAsync(server.EndPoint, limit: TimeSpan.FromSeconds(0.5))).Why);
    }

    [Fact]
    public async Task A_certificate_for_another_name_or_of_an_unknown_authority_or_expired_is_told_apart()
    {
        foreach (var bad in (X509Certificate2[])[DaneCertificates.ServerForNow(Root, "example.com"), DaneCertificates.ServerForNow(null, "mta-sts.example.com"), DaneCertificates.ExpiredNow(Root, "mta-sts.example.com")])
        {
            using var server = new HttpsServer(bad, HttpsServer.Policy(Good));
            Assert.Equal("sts-webpki-invalid", Assert.IsType<StsFetched.Failed>(await FetchAsync(server.EndPoint)).ResultType);
            Assert.Equal(0, server.Requests);
        }
    }

    [Fact]
    public async Task A_wildcard_certificate_for_the_domain_will_do()
    {
        using var server = new HttpsServer(DaneCertificates.ServerForNow(Root, "*.example.com"), HttpsServer.Policy(Good));
        Assert.IsType<StsFetched.Policy>(await FetchAsync(server.EndPoint));
    }

    [Fact]
    public async Task A_server_that_cannot_be_found_or_does_not_answer_is_a_fetch_error()
    {
        using var nowhere = new StsFetch(new FakeDns(), null, [Root], TimeProvider.System);
        Assert.Equal("mta-sts.example.com has no address", Assert.IsType<StsFetched.Failed>(await nowhere.FetchAsync("example.com", "7", CancellationToken.None)).Why);
        using var again = new StsFetch(new FakeDns("mta-sts.example.com AGAIN A"), null, [Root], TimeProvider.System);
        Assert.Equal("no server answered (fake)", Assert.IsType<StsFetched.Failed>(await again.FetchAsync("example.com", "7", CancellationToken.None)).Why);
        var closed = new HttpsServer(Server, "");
        closed.Dispose();
        Assert.Equal("sts-policy-fetch-error", Assert.IsType<StsFetched.Failed>(await FetchAsync(closed.EndPoint)).ResultType);
    }

    static async Task<StsFetched> FetchAsync(IPEndPoint server, TimeSpan? limit = null)
    {
        using var fetch = new StsFetch(new FakeDns(), server, [Root], TimeProvider.System, limit);
        return await fetch.FetchAsync("example.com", "7", CancellationToken.None);
    }
}
