using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Tests.Network.Tls;

namespace ScriptMta.Tests.Reception.Tls;

public sealed class ClientCertificateTests : IDisposable
{
    readonly TestCertificates _files = new();
    readonly TestCertificates _others = new();

    string Configuration(string hosts, string more = "") => $"""
        tls_advertise_hosts = *
        {hosts} = *
        tls_verify_certificates = {_files.Authority}
        {more}
        acl_smtp_mail = mail
        begin acl
        mail:
          accept verify = certificate
                 message = $tls_in_peerdn
        """ + "\n";

    static async Task<(string Mail, string Log)> TryAsync(string configuration, X509Certificate2? certificate, SslProtocols versions = SslProtocols.None)
    {
        await using var fixture = await ReceptionFixture.OfAsync(configuration, TimeProvider.System, "tls_peerdn");
        await using var client = TlsClient.Start(fixture);
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        var mail = "";
        try
        {
            await client.StartTlsAsync(certificate: certificate, versions: versions);
            if ((await client.SayAsync("EHLO client.example")).Length > 0) mail = await client.SayAsync("MAIL FROM:<a@b.example>");
        }
        catch (Exception error) when (error is AuthenticationException or IOException) { mail = "refused"; }
        await client.HangUpAsync();
        return (mail, fixture.Log());
    }

    [Fact]
    public async Task A_good_certificate_is_verified_and_named()
    {
        using var certificate = _files.Make("client", "CN=client.example, O=Client");
        foreach (var option in (string[])["tls_verify_hosts", "tls_try_verify_hosts"])
            foreach (var version in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
                Assert.Equal("250 2.1.0 O=Client,CN=client.example", (await TryAsync(Configuration(option), certificate, version)).Mail);
    }

    [Fact]
    public async Task Without_a_good_certificate_verify_fails_where_it_is_only_tried()
    {
        using var strange = _others.Make("client", "CN=client.example");
        foreach (var certificate in (X509Certificate2?[])[null, strange])
            Assert.Equal("550 5.7.1 no verified certificate", (await TryAsync(Configuration("tls_try_verify_hosts"), certificate)).Mail);
    }

    [Fact]
    public async Task Without_a_good_certificate_there_is_no_session_where_it_is_required()
    {
        using var strange = _others.Make("client", "CN=client.example");
        foreach (var version in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
        {
            var (mail, log) = await TryAsync(Configuration("tls_verify_hosts"), null, version);
            Assert.True(mail is "" or "refused", mail);
            Assert.Contains("TLS error on connection from (client.example) [192.0.2.5] (gnutls_handshake): Certificate is required.", log, StringComparison.Ordinal);
            (mail, log) = await TryAsync(Configuration("tls_verify_hosts"), strange, version);
            Assert.True(mail is "" or "refused", mail);
            Assert.Contains("TLS error on connection from (client.example) [192.0.2.5] (certificate verification failed): certificate invalid", log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_revoked_certificate_is_none()
    {
        using var good = _files.Make("good", "CN=good.example");
        using var bad = _files.Make("bad", "CN=bad.example");
        _files.Revoke("list.pem", bad);
        var configuration = Configuration("tls_try_verify_hosts", $"tls_crl = {_files.In("list.pem")}");
        Assert.Equal("250 2.1.0 CN=good.example", (await TryAsync(configuration, good)).Mail);
        Assert.Equal("550 5.7.1 no verified certificate", (await TryAsync(configuration, bad)).Mail);
    }

    [Fact]
    public async Task A_certificate_that_stands_in_the_file_itself_needs_no_authority()
    {
        using var certificate = _others.Make("client", "CN=client.example");
        var configuration = Configuration("tls_verify_hosts").Replace(_files.Authority, _others.In("client.pem"), StringComparison.Ordinal);
        Assert.Equal("250 2.1.0 CN=client.example", (await TryAsync(configuration, certificate)).Mail);
    }

    [Fact]
    public async Task Trusted_certificates_may_be_a_directory()
    {
        using var certificate = _files.Make("client", "CN=client.example");
        Directory.CreateDirectory(_files.In("trusted"));
        File.Copy(_files.Authority, _files.In("trusted/one.pem"));
        File.WriteAllText(_files.In("trusted/README"), "not a certificate\n");
        var configuration = Configuration("tls_verify_hosts").Replace(_files.Authority, _files.In("trusted"), StringComparison.Ordinal);
        Assert.Equal("250 2.1.0 CN=client.example", (await TryAsync(configuration, certificate)).Mail);
    }

    [Fact]
    public async Task Where_a_certificate_is_required_and_trust_cannot_be_read_there_is_no_TLS()
    {
        await using var fixture = await ReceptionFixture.OfAsync("tls_advertise_hosts = *\ntls_verify_hosts = *\ntls_verify_certificates = /none\n");
        await using var client = TlsClient.Start(fixture);
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        Assert.Equal("454 4.7.0 TLS currently unavailable", await client.SayAsync("STARTTLS"));
        Assert.Contains("(cert verification setup: file=/none): Error while reading file.", fixture.Log(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _files.Dispose();
        _others.Dispose();
    }
}
