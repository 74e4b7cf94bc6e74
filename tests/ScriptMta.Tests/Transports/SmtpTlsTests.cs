using System.Net.Security;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using ScriptMta.Tests.Network.Tls;
using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Transports;

/// <summary>TLS of the smtp transport; outcomes and log lines as Exim 4.96 gave them for the same servers.</summary>
public sealed class SmtpTlsTests : IDisposable
{
    const string Offer = "250-sink hello\r\n250-STARTTLS\r\n250 HELP";
    const string Plain = "delivered H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\"";

    readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    ScriptedServer Server(params (string, string)[] script) => new([("ehlo", Offer), ("ehlo tls", "250 sink again"), .. script]) { Certificate = _certificates.Make("server", "CN=mx.remote.test") };

    static TransportBench Bench(ScriptedServer server, string options = "", string selectors = "") =>
        new($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\ncommand_timeout = 20s\ndata_timeout = 20s\nfinal_timeout = 20s\nallow_localhost\n{options}\n", selectors: selectors);

    /// <summary>Each text once: main and panic log are one here.</summary>
    internal static string Logged(TransportBench bench) => string.Join('\n', Regex.Replace(bench.Log, @"^[-\d]+ [:\d]+ (1x\S+ )?", "", RegexOptions.Multiline).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct());

    static string Encrypted(string verified = "no", string more = "") => $"delivered H=127.0.0.1 [127.0.0.1] X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV={verified}{more} C=\"250 OK id=abc\"";

    [Fact]
    public async Task What_is_offered_is_used_whoever_the_server_is()
    {
        await using var server = Server();
        await using var bench = Bench(server);
        Assert.Equal(Encrypted(), await bench.OneAsync("a@remote.test"));
        Assert.StartsWith("EHLO mx.test.org|STARTTLS|EHLO mx.test.org|MAIL FROM:", server.Commands, StringComparison.Ordinal);
        Assert.Equal(Encrypted().Replace("[127.0.0.1]", "[127.0.0.1]*"), await bench.OneAsync("b@remote.test"));
        Assert.Equal((1, ""), (server.Connections, bench.Log));
    }

    [Fact]
    public async Task The_names_of_the_certificate_are_logged_where_they_are_asked_for()
    {
        await using var server = Server();
        await using var bench = Bench(server, selectors: "+tls_peerdn");
        Assert.Equal(Encrypted(more: " DN=\"CN=mx.remote.test\""), await bench.OneAsync("a@remote.test"));
    }

    [Theory]
    [InlineData("hosts_avoid_tls = *", Plain, "")]
    [InlineData("hosts_avoid_tls = *\nhosts_require_tls = *", "deferred (-38) tls_required: a TLS session is required, but an attempt to start TLS failed", "H=127.0.0.1 [127.0.0.1]: a TLS session is required, but an attempt to start TLS failed")]
    [InlineData("hosts_verify_avoid_tls = *", null, "")]
    [InlineData("tls_verify_hosts = *", Plain, "TLS session: (certificate verification failed): certificate invalid: delivering unencrypted to H=127.0.0.1 [127.0.0.1] (not in hosts_require_tls)")]
    [InlineData("tls_verify_hosts = *\nhosts_require_tls = *", "deferred (-37) local: TLS session: (certificate verification failed): certificate invalid", "")]
    [InlineData("tls_verify_hosts = *\nhosts_require_tls = *\ntls_verify_certificates = CA", "deferred (-37) local: TLS session: (certificate verification failed)", "")]
    [InlineData("tls_try_verify_hosts =\ntls_verify_cert_hostnames =\ntls_tempfail_tryclear = false", "deferred (-37) local: TLS session: (certificate verification failed): certificate invalid", "")]
    [InlineData("tls_certificate = /no/such\nhosts_require_tls = *", "deferred (-37) local: TLS session: (cert/key setup: cert=/no/such key=/no/such): Error while reading file.", "")]
    [InlineData("tls_certificate = ${if eq{a}{b}{x}fail}", null, "")]
    [InlineData("tls_certificate = ${readfile{/no/such}}\nhosts_require_tls = *", "deferred (-37) local: TLS session: Internal error", "expansion of tls_certificate failed: failed to open /no/such: No such file or directory")]
    [InlineData("tls_alpn = smtp", null, "")]
    [InlineData("tls_alpn = smtp\nhosts_require_alpn = *\nhosts_require_tls = *", "deferred (-37) local: TLS session: (handshake): ALPN required but not negotiated", "")]
    [InlineData("hosts_require_ocsp = *\nhosts_require_tls = *", "deferred (-37) local: TLS session: (certificate status check failed)", "")]
    [InlineData("hosts_require_tls = *\ntls_require_ciphers = ${if eq{$host}{127.0.0.1}{NONSENSE}}", "deferred (-37) local: TLS session: (tls_require_ciphers \"NONSENSE\"): \"NONSENSE\" is no cipher suite or group that is spoken here", "")]
    [InlineData("hosts_require_tls = net-lsearch;/no/such", "deferred (-1) local: hosts_require_tls cannot be decided for 127.0.0.1 [127.0.0.1]: unknown lookup type \"lsearch\"", "H=127.0.0.1 [127.0.0.1]: hosts_require_tls cannot be decided for 127.0.0.1 [127.0.0.1]: unknown lookup type \"lsearch\"")]
    public async Task Options_decide(string options, string? said, string logged)
    {
        await using var server = Server();
        await using var bench = Bench(server, options.Replace("CA", _certificates.Authority, StringComparison.Ordinal));
        Assert.Equal(said ?? Encrypted(), await bench.OneAsync("a@remote.test"));
        Assert.Equal(logged, Logged(bench));
    }

    [Theory]
    [InlineData("tls_verify_cert_hostnames =", "yes")]
    [InlineData("", "no")]
    public async Task A_certificate_counts_where_authority_and_name_are_right(string options, string verified)
    {
        await using var server = Server();
        await using var bench = Bench(server, $"tls_verify_certificates = {_certificates.Authority}\n{options}");
        Assert.Equal(Encrypted(verified), await bench.OneAsync("a@remote.test"));
    }

    [Fact]
    public async Task A_certificate_that_has_been_revoked_does_not_count()
    {
        await using var server = Server();
        _certificates.Revoke("crl.pem", server.Certificate!);
        await using var bench = Bench(server, $"tls_verify_certificates = {_certificates.Authority}\ntls_verify_cert_hostnames =\ntls_crl = {_certificates.In("crl.pem")}");
        Assert.Equal(Encrypted("no"), await bench.OneAsync("a@remote.test"));
    }

    [Theory]
    [InlineData("454 not now", "", Plain, "")]
    [InlineData("554 never", "", Plain, "")]
    [InlineData("454 not now", "tls_tempfail_tryclear = false", "deferred (0) local: SMTP error from remote mail server after STARTTLS: 454 not now", "H=127.0.0.1 [127.0.0.1]: SMTP error from remote mail server after STARTTLS: 454 not now")]
    [InlineData("454 not now", "hosts_require_tls = *", "deferred (-38) tls_required: a TLS session is required, but an attempt to start TLS failed", "H=127.0.0.1 [127.0.0.1]: a TLS session is required, but an attempt to start TLS failed")]
    [InlineData("DROP", "", "deferred (-18) lost_connection: Remote host closed connection in response to STARTTLS", "H=127.0.0.1 [127.0.0.1]: Remote host closed connection in response to STARTTLS")]
    [InlineData("220 go\r\n250 injected", "", Plain, "TLS session: synch error before connect: delivering unencrypted to H=127.0.0.1 [127.0.0.1] (not in hosts_require_tls)")]
    [InlineData("220 go\r\n250 injected", "hosts_require_tls = *", "deferred (-37) local: TLS session: synch error before connect", "")]
    public async Task A_server_that_cannot_after_all(string reply, string options, string said, string logged)
    {
        await using var server = Server(("starttls", reply));
        await using var bench = Bench(server, options);
        Assert.Equal(said, await bench.OneAsync("a@remote.test"));
        Assert.Equal(logged, Logged(bench));
    }

    [Theory]
    [InlineData("tls_tempfail_tryclear = false")]
    [InlineData("hosts_require_tls = *")]
    [InlineData("protocol = smtps")]
    public async Task A_server_that_speaks_no_TLS_gets_nothing_in_clear(string options)
    {
        await using var server = new ScriptedServer(("ehlo", Offer));
        await using var bench = Bench(server, options);
        Assert.Equal("deferred (-37) local: TLS session: (gnutls_handshake): An unexpected TLS packet was received.", await bench.OneAsync("a@remote.test"));
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task TLS_on_connect_comes_before_the_banner()
    {
        await using var server = new ScriptedServer { Certificate = _certificates.Make("server", "CN=mx.remote.test"), IsOnConnect = true };
        await using var bench = Bench(server, "protocol = smtps");
        Assert.Equal(Encrypted(), await bench.OneAsync("a@remote.test"));
        Assert.StartsWith("EHLO mx.test.org|MAIL FROM:", server.Commands, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_is_shown_our_certificate_and_told_the_name_and_the_protocol()
    {
        string? shown = null;
        await using var server = new ScriptedServer(("ehlo", Offer))
        {
            Certificate = _certificates.Make("server", "CN=mx.remote.test"), Protocols = [new("smtp")],
            ChecksClient = (_, certificate, _, _) => (shown = certificate?.Subject) is not null,
        };
        _certificates.Make("client", "CN=client.test");
        await using var bench = Bench(server, $"tls_certificate = {_certificates.In("client.pem")}\ntls_privatekey = {_certificates.In("client.key")}\ntls_sni = abc.remote.test\ntls_alpn = smtp\nhosts_require_alpn = *");
        Assert.Equal(Encrypted(), await bench.OneAsync("a@remote.test"));
        var session = Assert.Single(server.Secured);
        Assert.Equal(("CN=client.test", "abc.remote.test", new SslApplicationProtocol("smtp")), (shown, session.TargetHostName, session.NegotiatedApplicationProtocol));
    }

    [Fact]
    public async Task Cipher_suites_are_those_that_the_option_leaves()
    {
        await using var server = Server();
        await using var bench = Bench(server, "tls_require_ciphers = NORMAL:-VERS-TLS1.3:-AES-256-GCM:-CHACHA20-POLY1305\n");
        Assert.Equal("delivered H=127.0.0.1 [127.0.0.1] X=TLS1.2:ECDHE-ECDSA-AES128-GCM-SHA256:128 CV=no C=\"250 OK id=abc\"", await bench.OneAsync("a@remote.test"));
        Assert.Equal(SslProtocols.Tls12, Assert.Single(server.Secured).SslProtocol);
    }

    [Fact]
    public async Task A_host_of_hosts_nopass_tls_gets_a_connection_for_each_message()
    {
        await using var server = Server();
        await using var bench = Bench(server, "hosts_nopass_tls = *");
        Assert.Equal(Encrypted(), await bench.OneAsync("a@remote.test"));
        Assert.Equal(Encrypted(), await bench.OneAsync("b@remote.test"));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_session_goes_on_over_the_next_connection()
    {
        await using var server = Server();
        await using var bench = Bench(server, "tls_resumption_hosts = *\ntls_sni = mx.remote.test\nconnection_max_messages = 1", "+tls_resumption");
        Assert.Equal(Encrypted(), await bench.OneAsync("a@remote.test"));
        Assert.Equal(Encrypted().Replace("384:256", "384:256*"), await bench.OneAsync("b@remote.test"));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Later_expansions_see_the_session()
    {
        const string send = "$tls_out_ver $tls_out_cipher $tls_out_bits $tls_out_certificate_verified $tls_out_sni $tls_out_peerdn $tls_cipher ${certextract{subject}{$tls_out_peercert}}";
        await using var server = new ScriptedServer(("ehlo", Offer), ("ehlo tls", "250-sink\r\n250 AUTH PLAIN"), ("auth", "235 ok")) { Certificate = _certificates.Make("server", "CN=mx.remote.test") };
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\nallow_localhost\ntls_sni = abc.test\nhosts_require_auth = *\n", authenticators: $"a:\ndriver = plaintext\npublic_name = PLAIN\nclient_send = {send.Replace(":", "::", StringComparison.Ordinal)}\n");
        Assert.StartsWith("delivered", await bench.OneAsync("a@remote.test"), StringComparison.Ordinal);
        var auth = server.Heard.First(h => h.StartsWith("AUTH", StringComparison.Ordinal));
        Assert.Equal("TLS1.3 TLS1.3:TLS_AES_256_GCM_SHA384:256 256 0 abc.test CN=mx.remote.test TLS1.3:TLS_AES_256_GCM_SHA384:256 CN=mx.remote.test", System.Text.Encoding.Latin1.GetString(Convert.FromBase64String(auth.Split(' ')[2])));
    }
}
