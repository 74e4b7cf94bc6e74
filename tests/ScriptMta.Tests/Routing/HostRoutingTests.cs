using System.Net;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Routing;

/// <summary>dnslookup, and manualroute where it asks the DNS: Exim's answers with the zone in the test.</summary>
public sealed class HostRoutingTests
{
    const string DnsLookup = """
        dns:
          driver = dnslookup
          transport = smtp
          ignore_target_hosts = 10.66.0.0/16

        """;

    static RoutingFixture Fixture(string routers, params string[] zone)
    {
        var fixture = RoutingFixture.Of(routers);
        foreach (var line in zone) fixture.Dns.Add(line);
        return fixture;
    }

    static string Bt(string routers, string address, params string[] zone)
    {
        using var fixture = Fixture(routers, zone);
        return fixture.Bt(address);
    }

    [Fact]
    public void Mx_hosts_are_used_in_the_order_of_their_preference() =>
        RoutingFixture.Same("a@x.test\n  router = dns, transport = smtp\n  host best.x.test  [10.0.0.1]   MX=5\n  host other.x.test [10.0.0.200] MX=10\n",
            Bt(DnsLookup, "a@x.test", "x.test MX 10 other.x.test", "x.test MX 5 best.x.test", "best.x.test A 10.0.0.1", "other.x.test A 10.0.0.200"));

    [Fact]
    public void Without_mx_records_the_addresses_of_the_domain_are_used() =>
        RoutingFixture.Same("a@x.test\n  router = dns, transport = smtp\n  host x.test [10.0.0.1]\n", Bt(DnsLookup, "a@x.test", "x.test A 10.0.0.1"));

    [Theory]
    [InlineData("a@nosuch.test", "a@nosuch.test is undeliverable: Unrouteable address\n")]
    [InlineData("a@null.test", "a@null.test is undeliverable: an MX or SRV record indicated no SMTP service\n")]
    [InlineData("a@dead.test", "a@dead.test is undeliverable: all relevant MX records point to non-existent hosts\n")]
    [InlineData("a@again.test", "a@again.test cannot be resolved at this time: host lookup did not complete\n")]
    [InlineData("a@ignored.test", "a@ignored.test is undeliverable: Unrouteable address\n")]
    [InlineData("a@self.test", "a@self.test cannot be resolved at this time: lowest numbered MX record points to local host\n")]
    [InlineData("a@selfa.test", "a@selfa.test cannot be resolved at this time: remote host address is the local host\n")]
    public void What_cannot_be_sent_is_said_in_exims_words(string address, string expected) => Assert.Equal(expected, Bt(DnsLookup, address,
        "null.test MX 0 .", "dead.test MX 1 none.dead.test", "again.test AGAIN MX", "ignored.test A 10.66.1.1", "self.test MX 1 me.test", "me.test A 127.0.0.1", "selfa.test A 127.0.0.1"));

    [Fact]
    public void This_machine_and_all_that_are_not_preferred_to_it_are_cut_off()
    {
        using var fixture = Fixture(DnsLookup, "x.test MX 5 best.x.test", "x.test MX 10 me.x.test", "x.test MX 10 same.x.test", "x.test MX 20 worse.x.test",
            "best.x.test A 10.0.0.1", "me.x.test A 10.9.9.9", "same.x.test A 10.0.0.2", "worse.x.test A 10.0.0.3");
        fixture.LocalAddresses.Add(IPAddress.Parse("10.9.9.9"));
        Assert.Equal(["best.x.test"], fixture.Planned("a@x.test").Hosts.Select(h => h.Name));
    }

    [Theory]
    [InlineData("a@second.test", "local")]
    [InlineData("a@other.test", "smtp")]
    public void Check_secondary_mx_declines_unless_this_machine_was_cut_off(string address, string transport)
    {
        using var fixture = Fixture("""
            second:
              driver = dnslookup
              check_secondary_mx
              transport = local
            rest:
              driver = dnslookup
              transport = smtp
            """, "second.test MX 1 first.test", "second.test MX 2 me.test", "first.test A 10.0.0.1", "me.test A 127.0.0.1", "other.test A 10.0.0.2");
        Assert.Equal(transport, fixture.Planned(address).Transport);
    }

    [Fact]
    public void A_time_out_is_passed_on_when_that_is_asked_for() =>
        RoutingFixture.Same("a@again.test\n  router = rest, transport = local\n", Bt("""
            dns:
              driver = dnslookup
              transport = smtp
              pass_on_timeout
              no_more
            rest:
              driver = accept
              transport = local
            """, "a@again.test", "again.test AGAIN MX"));

    [Theory]
    [InlineData("a@must.test", "a@must.test is undeliverable: Unrouteable address\n")]
    [InlineData("a@fail.test", "a@fail.test\n  router = dns, transport = smtp\n  host fail.test [10.0.0.2]\n")]
    [InlineData("a@new.test", "a@new.test cannot be resolved at this time: the domain new.test does not exist (fail_defer_domains)\n")]
    public void Domain_lists_change_what_missing_records_mean(string address, string expected)
    {
        var actual = Bt("""
            dns:
              driver = dnslookup
              transport = smtp
              mx_domains = must.test
              mx_fail_domains = fail.test
              fail_defer_domains = new.test
            """, address, "must.test A 10.0.0.1", "fail.test AGAIN MX", "fail.test A 10.0.0.2");
        // RequireMx has a text of its own, which is more use than "Unrouteable address".
        Assert.Equal(expected, actual.Replace("an MX record is required and the domain has none", "Unrouteable address"));
    }

    [Fact]
    public void A_host_list_may_name_the_mx_hosts_of_a_domain() =>
        RoutingFixture.Same("a@x.test\n  router = m, transport = smtp\n  host one.y.test [10.0.0.1] MX=1 port=26\n  host two.y.test [10.0.0.2] MX=2 port=26\n  host plain.test [10.0.0.3]\n",
            Bt("m:\n  driver = manualroute\n  transport = smtp\n  route_list = * y.test/MX::26:plain.test\n", "a@x.test",
                "y.test MX 2 two.y.test", "y.test MX 1 one.y.test", "one.y.test A 10.0.0.1", "two.y.test A 10.0.0.2", "plain.test A 10.0.0.3"));

    [Theory]
    [InlineData("decline", "a@x.test\n  router = rest, transport = local\n")]
    [InlineData("pass", "a@x.test\n  router = rest, transport = local\n")]
    [InlineData("fail", "a@x.test is undeliverable: lookup of host \"no.test\" failed in m router\n")]
    [InlineData("defer", "a@x.test cannot be resolved at this time: lookup of host \"no.test\" failed in m router\n")]
    [InlineData("freeze", "a@x.test cannot be resolved at this time: lookup of host \"no.test\" failed in m router\n")]
    [InlineData("ignore", "a@x.test cannot be resolved at this time: lookup failed for all hosts in m router: host_find_failed=ignore host_all_ignored=defer\n")]
    public void A_host_that_does_not_exist_is_handled_as_the_router_says(string action, string expected) =>
        Assert.Equal(expected, Bt($"m:\n  driver = manualroute\n  transport = smtp\n  route_list = * no.test\n  host_find_failed = {action}\nrest:\n  driver = accept\n  transport = local\n", "a@x.test"));

    [Fact]
    public void A_time_out_of_a_host_lookup_defers() =>
        Assert.Equal("a@x.test cannot be resolved at this time: host lookup for slow.test did not complete (DNS timeout?)\n",
            Bt("m:\n  driver = manualroute\n  transport = smtp\n  route_list = * slow.test\n", "a@x.test", "slow.test AGAIN A", "slow.test AGAIN AAAA"));

    [Fact]
    public void Freezing_is_asked_for_where_a_route_leads_to_this_machine()
    {
        using var fixture = Fixture(DnsLookup, "self.test A 127.0.0.1");
        Assert.True(Assert.IsType<AddressOutcome.Deferred>(Assert.Single(fixture.Deliver("a@self.test").Outcomes)).Freeze);
        Assert.Contains("remote host address is the local host: self.test (while routing <a@self.test>)", fixture.Log);
    }

    [Fact]
    public void Hosts_are_randomized_inside_their_groups()
    {
        using var fixture = RoutingFixture.Of("m:\n  driver = manualroute\n  transport = smtp\n  route_list = * 10.0.0.1:10.0.0.2:10.0.0.3:+:10.0.1.1:10.0.1.2 randomize\n");
        var orders = Enumerable.Range(0, 40).Select(_ => string.Join(" ", fixture.Planned("a@x.test").Hosts.Select(h => h.Name))).ToList();
        Assert.True(orders.Distinct().Count() > 1);
        Assert.All(orders, order => Assert.All(order.Split(' ')[..3], name => Assert.StartsWith("10.0.0.", name)));
    }

    [Fact]
    public void Captures_and_the_looked_up_value_reach_the_host_list()
    {
        using var fixture = RoutingFixture.Of("""
            m:
              driver = manualroute
              transport = local
              route_list = \N^x(\d+)\.test$\N host-$1.$0 ; lsearch;;DIR/routes $value local
            """).WithFile("routes", "y.test: the.host\n");
        Assert.Equal("host-42.x42.test", fixture.Planned("a@x42.test").Facts.Host);
        Assert.Equal("the.host", fixture.Planned("a@y.test").Facts.Host);
    }

    [Fact]
    public void Hosts_carry_where_the_DNS_got_them_from_and_whether_it_is_proved()
    {
        using var fixture = Fixture(DnsLookup + "  dnssec_request_domains = !plain.test\n", "x.test CNAME y.test", "y.test MX 5 mx.x.test", "plain.test MX 5 mx.x.test", "mx.x.test A 10.0.0.1");
        fixture.Dns.Authenticated = true;
        Assert.Equal(new HostOrigin("x.test", "y.test", true), Assert.Single(fixture.Planned("a@x.test").Hosts).Origin);
        Assert.Equal(new HostOrigin("plain.test", "plain.test", false), Assert.Single(fixture.Planned("a@plain.test").Hosts).Origin);
        fixture.Dns.Authenticated = false;
        Assert.False(Assert.Single(fixture.Planned("a@x.test").Hosts).Origin!.IsSecure);
    }

    [Fact]
    public void Dnssec_require_domains_waits_for_an_answer_that_is_proved()
    {
        using var fixture = Fixture(DnsLookup + "  dnssec_require_domains = x.test\n", "x.test MX 5 mx.x.test", "y.test MX 5 mx.x.test", "mx.x.test A 10.0.0.1");
        Assert.Equal("a@x.test cannot be resolved at this time: host lookup done insecurely\n", fixture.Bt("a@x.test"));
        Assert.Contains("dnssec fail on MX for x.test", fixture.Log, StringComparison.Ordinal);
        Assert.Single(fixture.Planned("a@y.test").Hosts);
        fixture.Dns.Authenticated = true;
        Assert.Single(fixture.Planned("a@x.test").Hosts);
    }

    [Fact]
    public void In_a_manual_route_both_options_are_about_the_host()
    {
        const string manual = """
            manual:
              driver = manualroute
              transport = smtp
              route_list = * $domain bydns
              dnssec_request_domains = !plain.test
              dnssec_require_domains = hard.test

            """;
        using var fixture = Fixture(manual, "x.test A 10.0.0.1", "plain.test A 10.0.0.1", "hard.test A 10.0.0.1");
        Assert.Null(Assert.Single(fixture.Planned("a@x.test").Hosts).Origin);
        Assert.False(Assert.Single(fixture.Planned("a@plain.test").Hosts).Origin!.IsSecure);
        Assert.Equal("a@hard.test cannot be resolved at this time: host lookup for hard.test done insecurely\n", fixture.Bt("a@hard.test"));
    }
}
