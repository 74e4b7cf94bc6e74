using System.Net;
using ScriptMta.Dns;

namespace ScriptMta.Tests.Dns;

public class HostResolverTests
{
    static HostResolver With(string zone, out FakeDns dns) => new(dns = new(zone), null, new Random(1));
    static HostResolver With(string zone) => With(zone, out _);

    static async Task<string> Hosts(HostResolver resolver, string domain, MailHostOptions? options = null) =>
        await resolver.MailHostsAsync(domain, options ?? MailHostOptions.Default, CancellationToken.None) switch
        {
            MailHostAnswer.Found found => string.Join("; ", found.Hosts.Select(h => $"{h.Name}{(h.Port is { } p ? ":" + p : "")} {h.Preference} {string.Join(',', h.Addresses)}")),
            MailHostAnswer.NoHost none => "no host: " + none.Reason,
            var other => other.ToString()!.Split(' ')[0],
        };

    [Fact]
    public async Task Mx_hosts_come_by_preference() => Assert.Equal("a.test 5 192.0.2.1; b.test 10 2001:db8::1,192.0.2.2", await Hosts(With("""
        example.com MX 10 b.test
        example.com MX 5 a.test
        a.test A 192.0.2.1
        b.test A 192.0.2.2
        b.test AAAA 2001:db8::1
        """), "example.com"));

    [Fact]
    public async Task Equal_preferences_come_in_random_order()
    {
        var zone = string.Concat(Enumerable.Range(0, 6).Select(i => $"example.com MX 10 m{i}.test\nm{i}.test A 192.0.2.{i + 1}\n"));
        var resolver = With(zone);
        var firsts = new HashSet<string>();
        for (var i = 0; i < 60; i++) firsts.Add((await Hosts(resolver, "example.com"))[..2]);
        Assert.True(firsts.Count > 3);
    }

    [Fact]
    public async Task Without_mx_the_domain_itself_is_the_host()
    {
        Assert.Equal("example.com  192.0.2.1", await Hosts(With("example.com A 192.0.2.1"), "example.com"));
        Assert.Equal("www.test  192.0.2.1", (await Hosts(With("www.test CNAME real.test\nreal.test A 192.0.2.1"), "www.test")));
        Assert.Equal("no host: an MX record is required and the domain has none", await Hosts(With("example.com A 192.0.2.1"), "example.com", new() { RequireMx = true }));
        Assert.Equal("no host: the domain has neither MX nor address records", await Hosts(With("example.com TXT x"), "example.com"));
    }

    [Fact]
    public async Task A_null_mx_takes_no_mail_and_its_address_is_not_asked_for()
    {
        var resolver = With("example.com MX 0 .\nexample.com A 192.0.2.1", out var dns);
        Assert.Equal("NullMx", await Hosts(resolver, "example.com"));
        Assert.Single(dns.Asked);
    }

    [Fact]
    public async Task Dead_mx_hosts_are_left_out_and_all_dead_is_no_host()
    {
        Assert.Equal("b.test 20 192.0.2.2", await Hosts(With("example.com MX 10 a.test\nexample.com MX 20 b.test\nb.test A 192.0.2.2"), "example.com"));
        Assert.Equal("no host: all relevant MX records point to non-existent hosts", await Hosts(With("example.com MX 10 a.test\nexample.com A 192.0.2.1"), "example.com"));
    }

    [Fact]
    public async Task Not_knowing_is_again_but_one_known_host_is_enough()
    {
        Assert.Equal("Again", await Hosts(With("example.com AGAIN MX\nexample.com A 192.0.2.1"), "example.com"));
        Assert.Equal("Again", await Hosts(With("example.com MX 10 a.test\nexample.com MX 10 b.test\na.test AGAIN A"), "example.com"));
        Assert.Equal("b.test 20 192.0.2.2", await Hosts(With("example.com MX 10 a.test\nexample.com MX 20 b.test\na.test AGAIN A\nb.test A 192.0.2.2\nb.test AGAIN AAAA"), "example.com"));
        Assert.Equal("NoSuchDomain", await Hosts(With(""), "example.com"));
    }

    [Fact]
    public async Task An_mx_record_that_holds_an_address_counts_only_when_allowed()
    {
        Assert.Equal("no host: all relevant MX records point to non-existent hosts", await Hosts(With("example.com MX 10 192.0.2.1"), "example.com"));
        Assert.Equal("192.0.2.1 10 192.0.2.1", await Hosts(With("example.com MX 10 192.0.2.1"), "example.com", new() { AllowMxToIp = true }));
    }

    [Fact]
    public async Task Srv_records_come_first_where_asked_for()
    {
        var zone = "_smtp._tcp.example.com SRV 1 0 2525 a.test\na.test A 192.0.2.1\nexample.com MX 1 b.test\nb.test A 192.0.2.2";
        Assert.Equal("a.test:2525 1 192.0.2.1", await Hosts(With(zone), "example.com", new() { SrvService = "smtp" }));
        Assert.Equal("b.test 1 192.0.2.2", await Hosts(With(zone), "example.com"));
        Assert.StartsWith("no host", await Hosts(With("_smtp._tcp.example.com SRV 0 0 0 ."), "example.com", new() { SrvService = "smtp" }));
    }

    [Fact]
    public async Task Addresses_can_be_limited_to_ipv4()
    {
        var resolver = With("a.test A 192.0.2.1\na.test AAAA 2001:db8::1", out var dns);
        Assert.Equal("192.0.2.1", string.Join(',', Assert.IsType<AddressAnswer.Found>(await resolver.AddressesByDnsAsync("a.test", AddressOrder.IPv4Only, default)).Addresses));
        Assert.Single(dns.Asked);
    }

    [Fact]
    public async Task A_reverse_name_counts_only_when_it_leads_back()
    {
        var resolver = With("192.0.2.1 PTR A.test\n192.0.2.1 PTR liar.test\na.test A 192.0.2.1\nliar.test A 192.0.2.9\n192.0.2.2 PTR liar.test\n192.0.2.4 AGAIN PTR");
        Assert.Equal(["a.test"], Assert.IsType<HostNameAnswer.Found>(await Names("192.0.2.1")).Names.ToArray());
        Assert.Equal("192.0.2.2 does not match any IP address for liar.test", Assert.IsType<HostNameAnswer.None>(await Names("192.0.2.2")).Reason);
        Assert.Equal("no host name found for IP address 192.0.2.3", Assert.IsType<HostNameAnswer.None>(await Names("192.0.2.3")).Reason);
        Assert.IsType<HostNameAnswer.Again>(await Names("192.0.2.4"));

        ValueTask<HostNameAnswer> Names(string address) => resolver.NamesOfAsync(IPAddress.Parse(address), CancellationToken.None);
    }

    [Fact]
    public async Task The_hosts_file_is_asked_first_and_read_again_when_it_changes()
    {
        var path = Path.Combine(Path.GetTempPath(), "scriptmta-hosts-" + Guid.NewGuid());
        try
        {
            File.WriteAllText(path, "127.0.0.1 localhost # me\n192.0.2.5\tBox.test box\n2001:db8::5 box\n");
            var clock = new SteppedClock();
            var resolver = new HostResolver(new FakeDns(), new(path, clock), new Random(1));
            Assert.Equal(["2001:db8::5", "192.0.2.5"], await ByName("BOX"));
            Assert.Equal(["box.test", "box"], Assert.IsType<HostNameAnswer.Found>(await resolver.NamesOfAsync(IPAddress.Parse("192.0.2.5"), default)).Names.ToArray());
            Assert.Equal(["192.0.2.77"], await ByName("[192.0.2.77]"));
            File.WriteAllText(path, "192.0.2.6 box\n");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(1));
            clock.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal(["192.0.2.6"], await ByName("box"));

            async Task<string[]> ByName(string name) =>
                [.. Assert.IsType<AddressAnswer.Found>(await resolver.AddressesByNameAsync(name, AddressOrder.IPv6First, default)).Addresses.Select(a => a.ToString())];
        }
        finally { File.Delete(path); }
    }
}
