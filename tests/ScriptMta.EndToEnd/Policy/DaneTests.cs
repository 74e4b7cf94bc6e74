namespace ScriptMta.EndToEnd;

/// <summary>DANE (RFC 7672) with a zone that is really signed, a resolver that really validates, and Postfix at the other end. One site, one queue: what the log says is what happened.</summary>
public sealed class DaneTests
{
    static readonly string Wrong = new('5', 64), Forged = new('a', 64);

    [Fact]
    public void Mail_goes_to_the_certificate_that_the_signed_zone_names_and_to_no_other()
    {
        using var peer = new PolicyPeer("mx.anchor.signed.example", "alias.signed.example");
        using var zone = new SignedZone(Zone(peer), PolicyPeer.Domain("plain.plain.example."), Forged, new string('b', 64));
        using var site = peer.Site(zone, "log_selector = +tls_certificate_verified");
        foreach (var domain in (string[])["leaf", "anchor", "wrong", "name", "forged", "unusable", "alias"]) Send(site, $"{domain}.signed.example");
        Send(site, "plain.plain.example");

        string Line(string domain) => site.MainLog.Split('\n').Single(l => l.Contains($"@{domain}.", StringComparison.Ordinal) && (l.Contains(" => ", StringComparison.Ordinal) || l.Contains(" == ", StringComparison.Ordinal)));
        Assert.Contains(" => a@leaf.signed.example ", Line("leaf"), StringComparison.Ordinal);
        Assert.Contains(" CV=dane ", Line("leaf"), StringComparison.Ordinal);
        Assert.Contains(" CV=dane ", Line("anchor"), StringComparison.Ordinal);
        Assert.Contains(" CV=dane ", Line("alias"), StringComparison.Ordinal);
        Assert.Contains("defer (-37) H=mx.wrong.signed.example [127.0.0.1]: TLS session: (certificate verification failed): no TLSA record matches the certificate", Line("wrong"), StringComparison.Ordinal);
        Assert.Contains("DANE attempt failed; TLS connection to mx.wrong.signed.example [127.0.0.1]: (certificate verification failed): ", site.MainLog, StringComparison.Ordinal);
        Assert.Contains("(certificate verification failed): the certificate is for none of mx.name.signed.example, name.signed.example", Line("name"), StringComparison.Ordinal);
        Assert.Contains("defer (-36): DANE error: tlsa lookup DEFER", Line("forged"), StringComparison.Ordinal);
        Assert.Contains(" CV=no ", Line("unusable"), StringComparison.Ordinal);
        Assert.Contains(" X=TLS1.3:", Line("unusable"), StringComparison.Ordinal);
        Assert.Contains(" CV=no ", Line("plain"), StringComparison.Ordinal);
        Wait.Until(() => peer.Postfix.Taken.Count == 5, () => $"five messages\n{peer.Postfix.Log}\n{site.MainLog}");
    }

    [Fact]
    public void Hosts_require_dane_sends_nothing_without()
    {
        using var peer = new PolicyPeer("mx.leaf.signed.example");
        using var zone = new SignedZone(Zone(peer), PolicyPeer.Domain("plain.plain.example."));
        using var site = peer.Site(zone, transport: "  hosts_require_dane = *");
        foreach (var domain in (string[])["leaf.signed.example", "bare.signed.example", "plain.plain.example"]) Send(site, domain);
        Assert.Contains(" => a@leaf.signed.example ", site.MainLog, StringComparison.Ordinal);
        Assert.Contains("** a@bare.signed.example R=dns T=out: DANE error: tlsa lookup FAIL", site.MainLog, StringComparison.Ordinal);
        Assert.Contains("** a@plain.plain.example R=dns T=out: DANE error: mx.plain.plain.example lookup not DNSSEC", site.MainLog, StringComparison.Ordinal);
        Wait.Until(() => peer.Postfix.Taken.Count == 1, () => peer.Postfix.Log);
    }

    static string Zone(PolicyPeer peer) => string.Concat(new (string, string)[]
    {
        ("leaf", "3 1 1 " + PolicyPeer.KeyDigest(peer.Certificate)), ("anchor", "2 1 1 " + PolicyPeer.KeyDigest(peer.Authority)), ("name", "2 1 1 " + PolicyPeer.KeyDigest(peer.Authority)),
        ("wrong", "3 1 1 " + Wrong), ("forged", "3 1 1 " + Forged), ("unusable", "1 1 1 " + PolicyPeer.KeyDigest(peer.Certificate)),
    }.Select(d => PolicyPeer.Domain(d.Item1) + peer.Tlsa(d.Item1, d.Item2)))
        + PolicyPeer.Domain("bare")
        // A domain that is an alias, whose host is one, too.
        + "alias IN CNAME real\nreal IN MX 10 mx.real\nmx.real IN CNAME host.real\nhost.real IN A 127.0.0.1\n" + $"_{peer.Postfix.Port}._tcp.host.real IN TLSA 2 1 1 {PolicyPeer.KeyDigest(peer.Authority)}\n";

    static void Send(TestSite site, string domain)
    {
        var run = site.Command(["sendmail", "-C", site.ConfigFile, "-odi", "-f", "support@example.com", $"a@{domain}"], "Subject: x\n\nx\n");
        Assert.True(run.Status == 0, run.ToString());
    }
}
