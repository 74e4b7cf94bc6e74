using System.Text;
using ScriptMta.Tests.Network;
using ScriptMta.Tests.Transports;

namespace ScriptMta.EndToEnd;

/// <summary>MTA-STS (RFC 8461) with a Web server on loopback and Postfix at the other end, and the report about it (RFC 8460).</summary>
public sealed class StsTests
{
    [Fact]
    public void Mail_goes_to_hosts_that_the_policy_names_and_the_authorities_vouch_for()
    {
        using var peer = new PolicyPeer("mx.good.plain.example", "mx.other.plain.example");
        using var zone = new SignedZone("", string.Concat(((string[])["good", "other", "cert", "trial", "gone"]).Select(d => PolicyPeer.Domain(d) + $"_mta-sts.{d} IN TXT \"v=STSv1; id=1;\"\n"))
            + "_smtp._tls.trial IN TXT \"v=TLSRPTv1;rua=mailto:support@example.com\"\n");
        var web = Web(peer);
        using var site = Site(peer, zone, web);
        foreach (var domain in (string[])["good", "other", "cert", "trial", "gone"]) Send(site, domain);

        Assert.Contains(" CV=yes ", Line(site, "=> a@good"), StringComparison.Ordinal);
        Assert.Contains(": MTA-STS error: mx.other.plain.example is not in the policy of other.plain.example", Line(site, "== a@other"), StringComparison.Ordinal);
        Assert.Contains("defer (-37) H=mx.cert.plain.example [127.0.0.1]: TLS session: (certificate verification failed)", Line(site, "== a@cert"), StringComparison.Ordinal);
        Assert.Contains(" CV=no ", Line(site, "=> a@trial"), StringComparison.Ordinal);
        Assert.Contains(" X=", Line(site, "=> a@gone"), StringComparison.Ordinal); // a policy that cannot be had is none
        Wait.Until(() => peer.Postfix.Taken.Count == 3, () => $"three messages\n{peer.Postfix.Log}\n{site.MainLog}");

        // What has been fetched holds when the Web server is gone, after a restart, too.
        web.Dispose();
        Send(site, "cert");
        Assert.Equal(2, site.MainLog.Split('\n').Count(l => l.Contains("== a@cert", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_report_about_it_comes_to_who_asked()
    {
        using var peer = new PolicyPeer("mx.good.plain.example");
        using var zone = new SignedZone("", PolicyPeer.Domain("trial") + "_mta-sts.trial IN TXT \"v=STSv1; id=1;\"\n_smtp._tls.trial IN TXT \"v=TLSRPTv1;rua=mailto:support@example.com\"\n");
        using var web = Web(peer);
        using var site = Site(peer, zone, web);
        Send(site, "trial");
        var shown = site.Command(["tls-report", "show", "--config", site.ConfigFile]);
        Assert.Contains("trial.plain.example sts 1 certificate-not-trusted H=mx.trial.plain.example [127.0.0.1]", shown.Output, StringComparison.Ordinal);
        using (site.StartDaemon())
        {
            var sent = site.Command(["tls-report", "send", "--config", site.ConfigFile]);
            Assert.Matches("^TLS report for trial.plain.example about [-0-9]+: [-0-9A-Za-z]+ to support@example.com\n$", sent.Output);
            var report = site.WaitForMail("support", "TLS-Report-Domain: trial.plain.example");
            Assert.Contains("Content-Type: multipart/report; report-type=\"tlsrpt\";", report, StringComparison.Ordinal);
            Assert.Contains("application/tlsrpt+gzip", report, StringComparison.Ordinal);
            Assert.Equal("nothing has been counted\n", site.Command(["tls-report", "show", "--config", site.ConfigFile]).Output);
        }
    }

    static HttpsServer Web(PolicyPeer peer)
    {
        var policies = new Dictionary<string, string>
        {
            ["good"] = "enforce\nmx: *.good.plain.example", ["other"] = "enforce\nmx: mx.elsewhere.example", ["cert"] = "enforce\nmx: mx.cert.plain.example", ["trial"] = "testing\nmx: mx.trial.plain.example",
        };
        return new(DaneCertificates.ServerForNow(peer.Authority, [.. policies.Keys.Append("gone").Select(d => $"mta-sts.{d}.plain.example")]), async (stream, request, cancel) =>
        {
            var domain = request.Split("Host: mta-sts.")[1].Split('.')[0];
            var answer = policies.TryGetValue(domain, out var policy) ? HttpsServer.Policy($"version: STSv1\nmode: {policy}\nmax_age: 86400\n") : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancel);
        });
    }

    static TestSite Site(PolicyPeer peer, SignedZone zone, HttpsServer web) =>
        peer.Site(zone, $"mta_sts_server = {web.EndPoint}\nmta_sts_ca_file = {peer.AuthorityFile}\ntlsrpt_from = tls@example.com\nlog_selector = +tls_certificate_verified", $"  tls_verify_certificates = {peer.AuthorityFile}\n");

    static string Line(TestSite site, string what)
    {
        var lines = site.MainLog.Split('\n').Where(l => l.Contains(what, StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count == 1, site.MainLog);
        return lines[0];
    }

    static void Send(TestSite site, string domain)
    {
        var run = site.Command(["sendmail", "-C", site.ConfigFile, "-odi", "-f", "support@example.com", $"a@{domain}.plain.example"], "Subject: x\n\nx\n");
        Assert.True(run.Status == 0, run.ToString());
    }
}
