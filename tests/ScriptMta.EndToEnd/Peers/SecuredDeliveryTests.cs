using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>Exim takes what we send over TLS and after AUTH, by each mechanism; Postfix over TLS.</summary>
public sealed class SecuredDeliveryTests
{
    const string Verified = "  hosts_require_auth = *\n  hosts_require_tls = *\n  tls_verify_hosts = *\n  tls_verify_certificates = ";

    [Theory]
    [InlineData("PLAIN", "plaintext", "client_send = ^user^pencil", "plain")]
    [InlineData("LOGIN", "plaintext", "client_send = : user : pencil", "login")]
    [InlineData("CRAM-MD5", "cram_md5", "client_name = user\n  client_secret = pencil", "cram")]
    public void Each_mechanism_logs_in_over_verified_TLS(string mechanism, string driver, string options, string authenticator)
    {
        using var peer = new SecureEximPeer();
        using var site = new TestSite(peer.Port, transports: Verified + peer.Certificate, retry: $"*  *  F,1h,1m\nbegin authenticators\nours:\n  driver = {driver}\n  public_name = {mechanism}\n  {options}\n  client_set_id = user");
        Deliver(site);
        Assert.True(Regex.IsMatch(site.MainLog, @"=> x@far\.example R=relay T=out H=127\.0\.0\.1 \[127\.0\.0\.1\] X=TLS1\.3:\S+ CV=yes A=ours:user .*C=""250.* OK id="), site.MainLog);
        Assert.Matches($@"P=esmtpsa X=TLS1\.3\S+ CV=no A={authenticator}:user ", Assert.Single(peer.Taken));
        Assert.DoesNotContain("pencil", site.MainLog, StringComparison.Ordinal);
    }

    [Fact]
    public void TLS_on_connect_too()
    {
        using var peer = new SecureEximPeer(onConnect: true);
        using var site = new TestSite(peer.Port, transports: $"  protocol = smtps\n{Verified}{peer.Certificate}", retry: "*  *  F,1h,1m\nbegin authenticators\nours:\n  driver = plaintext\n  public_name = PLAIN\n  client_send = ^user^pencil");
        Deliver(site);
        Assert.Matches("P=esmtpsa X=TLS1", Assert.Single(peer.Taken));
    }

    [Fact]
    public void A_wrong_password_and_a_stranger_wait()
    {
        using var peer = new SecureEximPeer();
        using (var site = new TestSite(peer.Port, transports: Verified + peer.Certificate, retry: "*  *  F,1h,1m\nbegin authenticators\nours:\n  driver = plaintext\n  public_name = PLAIN\n  client_send = ^user^wrong"))
            Deliver(site, "authentication required but authentication attempt(s) failed");
        using (var site = new TestSite(peer.Port, transports: "  hosts_require_tls = *\n  tls_verify_hosts = *"))
            Deliver(site, "defer (-37) H=127.0.0.1 [127.0.0.1]: TLS session: (certificate verification failed): certificate invalid");
        Assert.Empty(peer.Taken);
    }

    [Fact]
    public void Postfix_takes_it_over_TLS_and_goes_on_with_the_session()
    {
        using var peer = new PostfixPeer(needsTls: true);
        using var site = new TestSite(peer.Port, "log_selector = +tls_resumption", transports: "  hosts_require_tls = *\n  tls_resumption_hosts = *\n  tls_sni = postfix.peer.example\n  connection_max_messages = 1");
        Deliver(site, times: 2);
        Assert.True(Regex.IsMatch(site.MainLog, @"=> x@far\.example .* X=TLS1\.3:\S+:256 CV=no .*C=""250 2\.0\.0 Ok[^\n]*\n(.*\n)*.*=> x@far\.example .* X=TLS1\.3:\S+:256\* CV=no "), site.MainLog);
        Assert.Equal(2, Regex.Count(peer.Log, "Anonymous TLS connection established from"));
    }

    static void Deliver(TestSite site, string until = "Completed", int times = 1)
    {
        using var daemon = site.StartDaemon();
        for (var time = 1; time <= times; time++)
        {
            Assert.Equal(0, site.Command(["sendmail", "-C", site.ConfigFile, "-f", "alice@example.com", "x@far.example"], "Subject: secured\n\nbody\n").Status);
            Wait.Until(() => Regex.Count(site.MainLog, Regex.Escape(until)) >= time, () => $"{until}\n{site.MainLog}");
        }
    }
}
