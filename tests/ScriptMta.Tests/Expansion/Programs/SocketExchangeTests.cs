using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion.Programs;

/// <summary>Peers of ${readsocket and the readsock lookup that do not behave, and TLS. What honest ones say is in cases/sockets.txt.</summary>
public sealed class SocketExchangeTests : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SocketExchangeTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    [Fact]
    public void A_peer_that_never_answers_is_given_up_after_the_time_out()
    {
        var time = Stopwatch.StartNew();
        var result = Expand($"${{readsocket{{inet:127.0.0.1:{Port}}}{{x}}{{1s}}}}");
        Assert.Equal((ExpandedKind.Deferred, "socket read timed out"), (result.Kind, result.Error));
        Assert.InRange(time.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_peer_that_sends_a_byte_now_and_then_gains_no_time()
    {
        _ = ServeAsync(async stream =>
        {
            while (true)
            {
                stream.WriteByte((byte)'x');
                await Task.Delay(200);
            }
        });
        Assert.Equal("Failed: socket read timed out", ExpansionFixture.Be($"${{readsocket{{inet:127.0.0.1:{Port}}}{{x}}{{1s}}}}"));
    }

    [Fact]
    public void A_peer_that_sends_a_gigabyte_is_cut_off()
    {
        _ = ServeAsync(async stream =>
        {
            var block = new byte[1024 * 1024];
            Array.Fill(block, (byte)'x');
            for (var i = 0; i < 1024; i++) await stream.WriteAsync(block);
        });
        Assert.Equal("Failed: more than 67108864 bytes came from the socket", ExpansionFixture.Be($"${{readsocket{{inet:127.0.0.1:{Port}}}{{x}}{{30s}}}}"));
    }

    [Fact]
    public void A_peer_that_does_not_read_is_given_up_after_the_time_out()
    {
        var request = new string('x', 8 * 1024 * 1024);
        var context = ExpansionFixture.Context();
        context.Variables["value"] = Value.Clean(request);
        Assert.Equal("Failed: request write to socket failed: Connection timed out", ExpansionFixture.Be($"${{readsocket{{inet:127.0.0.1:{Port}}}{{$value}}{{1s}}}}", context));
    }

    [Theory]
    [InlineData("tls=yes", "127.0.0.1")]
    [InlineData("tls=yes:sni=mail.example.org", "mail.example.org")]
    public void With_TLS_the_request_and_the_answer_are_encrypted_and_the_server_is_told_the_name(string options, string name)
    {
        using var certificate = SelfSigned();
        _ = ServeAsync(async stream =>
        {
            await using var tls = new SslStream(stream);
            var asked = "";
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateSelectionCallback = (_, host) => { asked = host; return certificate; },
            });
            var block = new byte[100];
            var count = await tls.ReadAsync(block);
            await tls.WriteAsync(Encoding.Latin1.GetBytes($"{Encoding.Latin1.GetString(block, 0, count)} {asked}"));
        });
        // An address is no server name (RFC 6066 3), so none is sent.
        Assert.Equal($"hello {(name.Contains("127", StringComparison.Ordinal) ? "" : name)}", ExpansionFixture.Be($"${{readsocket{{inet:127.0.0.1:{Port}}}{{hello}}{{5s:{options}}}}}"));
    }

    [Fact]
    public void A_server_without_TLS_cannot_answer_a_TLS_request()
    {
        _ = ServeAsync(stream => { stream.Write("220 hello\r\n"u8); return Task.CompletedTask; });
        Assert.StartsWith("Failed: TLS connect failed: ", ExpansionFixture.Be($"${{readsocket{{inet:127.0.0.1:{Port}}}{{x}}{{5s:tls=yes}}}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_never_greets_cannot_hold_a_TLS_request() =>
        Assert.Equal("Failed: TLS connect failed: Connection timed out", ExpansionFixture.Be($"${{readsocket{{inet:127.0.0.1:{Port}}}{{x}}{{1s:tls=yes}}}}"));

    [Fact]
    public void A_place_that_a_stranger_chose_is_refused_and_a_request_is_not()
    {
        var context = ExpansionFixture.Context();
        context.Variables["value"] = Value.Tainted(SocketPeer.Path);
        Assert.Equal($"Failed: Tainted filename for search: '{SocketPeer.Path}'", ExpansionFixture.Be("${readsocket{$value}{x.}}", context));
        Assert.Equal($"[{SocketPeer.Path}.]", ExpansionFixture.Be($"${{readsocket{{{SocketPeer.Path}}}{{$value.}}}}", context));
    }

    [Fact]
    public void A_path_that_is_too_long_for_a_socket_is_refused()
    {
        var path = "/" + new string('x', 200);
        Assert.Equal($"Failed: failed to connect to socket {path}: File name too long", ExpansionFixture.Be($"${{readsocket{{{path}}}{{x}}}}"));
    }

    [Fact]
    public void Cached_answers_belong_to_one_connection()
    {
        var template = $"${{readsocket{{{SocketPeer.Path}}}{{unique}}{{1s:cache=yes}}}}";
        var context = ExpansionFixture.Context();
        var first = ExpansionFixture.Be(template, context);
        Assert.Equal(first, ExpansionFixture.Be(template, context));
        Assert.Equal(first, ExpansionFixture.Be(template, context.ForAddress(new())));
        Assert.NotEqual(first, ExpansionFixture.Be(template));
    }

    [Theory]
    [InlineData("${lookup readsock{%SOCKET% hello.}{<$value>}{none}}", "<[hello.]>")]
    [InlineData("${lookup readsock{%SOCKET% hello\\\\n}{<$value>}{none}}", "<[hello\n]>")]
    [InlineData("${lookup readsock{%SOCKET% none.}{<$value>}{none}}", "none")]
    [InlineData("${lookup readsock,timeout=1s,shutdown=no{inet:127.0.0.1:%PORT% lines.}{<$value>}{none}}", "<a\nb\nc\n>")]
    [InlineData("${lookup readsock,timeout=1s,shutdown=no{%SOCKET% hello}{<$value>}{none}}", "Failed: lookup of \"%SOCKET% hello\" gave DEFER: socket read timed out")]
    [InlineData("${lookup readsock{%SOCKET%.no hello}{<$value>}{none}}", "Failed: lookup of \"%SOCKET%.no hello\" gave DEFER: failed to connect to socket %SOCKET%.no: No such file or directory")]
    [InlineData("${lookup readsock{inet:127.0.0.1 x}{<$value>}{none}}", "Failed: lookup of \"inet:127.0.0.1 x\" gave DEFER: missing port for readsocket inet:127.0.0.1")]
    [InlineData("${if match_domain{a.b}{readsock;%SOCKET% hello.}{yes $value}{no}}", "yes [hello.]")]
    [InlineData("${lookup{x}readsock{%SOCKET%}}", "Failed: a single key was given for lookup type \"readsock\", which is not a single-key lookup type")]
    public void The_readsock_lookup_asks_in_the_same_way(string template, string result) => Assert.Equal(ExpansionCases.Placed(result), ExpansionFixture.Be(ExpansionCases.Placed(template)));

    static Expanded Expand(string template) => Template.Parse(template, ExpansionFixture.At).Expand(ExpansionFixture.Context());

    async Task ServeAsync(Func<NetworkStream, Task> serve)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        try { await serve(client.GetStream()); }
        catch (IOException) { /* the client had enough */ }
    }

    static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=peer", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
