using System.Net;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Network;
using ScriptMta.Routing;
using ScriptMta.Spool;
using ScriptMta.Tests.Dns;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>What DANE and MTA-STS demand of a host, and what is counted of it.</summary>
public sealed class TlsPoliciesTests : IDisposable
{
    const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const string Mx = "mx.example.com A 192.0.2.1\n";
    const string Tlsa = Mx + "_25._tcp.mx.example.com TLSA 3 1 1 " + Digest + "\n";

    readonly HintStore _hints = new(TimeProvider.System);
    readonly FakeDns _dns = new();
    StsMode? _sts;
    string _options = "";
    HeaderSection _headers = HeaderSection.Empty;
    bool _reports;

    [Fact]
    public async Task A_host_with_TLSA_records_must_show_the_certificate()
    {
        Zone(Tlsa, secure: true);
        var dane = Assert.IsType<TlsDemand.Dane>(await DemandAsync(Secure));
        Assert.Equal("mx.example.com", dane.Sni);
        Assert.True(dane.IsTlsRequired);
    }

    [Theory]
    [InlineData(Mx, true)]
    [InlineData(Tlsa, false)]
    public async Task Without_records_or_DNSSEC_nothing_is_demanded(string zone, bool secure)
    {
        Zone(zone, secure);
        Assert.Same(TlsDemand.Options, await DemandAsync(secure ? Secure : Plain));
        _options = "hosts_try_dane =";
        Assert.Same(TlsDemand.Options, await DemandAsync(Secure));
    }

    [Fact]
    public async Task A_host_that_an_unsigned_MX_record_names_has_no_DANE()
    {
        Zone(Tlsa, secure: true);
        Assert.Same(TlsDemand.Options, await DemandAsync(Plain));
        Assert.IsType<TlsDemand.Dane>(await DemandAsync(null)); // one that the configuration names has
        _options = "dnssec_request_domains = !mx.example.com";
        Assert.Same(TlsDemand.Options, await DemandAsync(null));
    }

    [Fact]
    public async Task Records_that_cannot_be_asked_for_keep_the_mail_here()
    {
        Zone(Mx + "_25._tcp.mx.example.com AGAIN TLSA", secure: true);
        Assert.Equal(("DANE error: tlsa lookup DEFER", -36, false), Said(await DemandAsync(Secure)));
    }

    [Fact]
    public async Task Records_that_cannot_be_used_demand_TLS_with_whomever()
    {
        Zone(Mx + "_25._tcp.mx.example.com TLSA 1 1 1 " + Digest, secure: true);
        Assert.IsType<TlsDemand.Required>(await DemandAsync(Secure));
        _options = "hosts_require_dane = *";
        Assert.Equal("DANE error: no usable TLSA record for mx.example.com", Said(await DemandAsync(Secure)).Text);
    }

    [Fact]
    public async Task Hosts_require_dane_sends_back_what_cannot_have_it()
    {
        _options = "hosts_require_dane = mx.example.com";
        Zone(Mx, secure: true);
        Assert.Equal(("DANE error: tlsa lookup FAIL", -38, true), Said(await DemandAsync(Secure)));
        Assert.Equal(("DANE error: mx.example.com lookup not DNSSEC", -38, true), Said(await DemandAsync(Plain)));
    }

    [Fact]
    public async Task Dane_require_tls_ciphers_counts_for_DANE()
    {
        Zone(Tlsa, secure: true);
        _options = "dane_require_tls_ciphers = ${if eq{$host}{mx.example.com}{SECURE256}}";
        Assert.Equal("SECURE256", Assert.IsType<TlsDemand.Dane>(await DemandAsync(Secure)).CipherText);
    }

    [Fact]
    public async Task A_policy_that_is_enforced_demands_a_certificate_for_the_host()
    {
        Zone(Mx + Sts, secure: false);
        _sts = StsMode.Enforce;
        var verified = Assert.IsType<TlsDemand.Verified>(await DemandAsync(Plain));
        Assert.Equal("mx.example.com", Assert.Single(verified.Names));
        Assert.Equal("mx.example.com", verified.Sni);
        Assert.Same(TlsDemand.Options, await DemandAsync(null)); // a smarthost is not what the policy is about
        _options = "no_mta_sts";
        Assert.Same(TlsDemand.Options, await DemandAsync(Plain));
    }

    [Fact]
    public async Task A_host_that_is_not_in_the_policy_is_not_called()
    {
        Zone("mx.evil.test A 192.0.2.1\n" + Sts, secure: false);
        _sts = StsMode.Enforce;
        Assert.Equal(("MTA-STS error: mx.evil.test is not in the policy of example.com", -38, false), Said(await DemandAsync(Plain, "mx.evil.test")));
        _sts = StsMode.Testing;
        Assert.Same(TlsDemand.Options, await DemandAsync(Plain, "mx.evil.test"));
    }

    [Fact]
    public async Task DANE_comes_before_a_policy()
    {
        Zone(Tlsa + Sts, secure: true);
        _sts = StsMode.Enforce;
        Assert.IsType<TlsDemand.Dane>(await DemandAsync(Secure));
    }

    [Fact]
    public async Task A_message_that_says_TLS_required_no_goes_without()
    {
        Zone(Tlsa + Sts, secure: true);
        _headers = new([HeaderField.Create("TLS-Required", "No")]);
        Assert.Same(TlsDemand.Options, await DemandAsync(Secure));
    }

    [Fact]
    public async Task Results_are_counted_for_those_who_ask()
    {
        Zone(Tlsa + Sts, secure: true);
        _reports = true;
        Assert.Null((await DemandAsync(Secure)).Report);
        Zone("_smtp._tls.example.com TXT \"v=TLSRPTv1;rua=mailto:a@b.test\"", secure: true);
        var demand = await DemandAsync(Secure);
        demand.Report!(null, "a TLS session is required, but the server did not offer TLS support");
        demand.Report!(null, null); // once only
        _options = "hosts_try_dane =";
        _sts = StsMode.Testing;
        (await DemandAsync(Secure)).Report!(null, null);
        (await DemandAsync(Secure, "mx.evil.test")).Report!(null, null);
        Assert.Equal(["sts starttls-not-supported mx.example.com 1", "sts validation-failure mx.evil.test 1", "tlsa starttls-not-supported mx.example.com 1"],
            new TlsReportStore(_hints, TimeProvider.System).All().Select(c => $"{c.Result.Policy.Type} {c.Result.ResultType} {c.Result.MxHost} {c.Count}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Recipients_of_domains_with_policies_of_their_own_go_apart()
    {
        Zone(Sts, secure: false);
        _sts = StsMode.Enforce;
        var plans = ((string, bool)[])[("a@example.com", false), ("b@other.test", false), ("c@example.com", false), ("d@third.test", false), ("e@signed.test", true)];
        PlannedDelivery Plan((string Address, bool Secure) one)
        {
            var address = TransportBench.Address(one.Address);
            return TransportBench.Plan(address, null, new DeliveryHost("mx.example.com", [IPAddress.Loopback], null, 10, new(address.Address.Domain, address.Address.Domain, one.Secure)));
        }
        var job = new TransportJob
        {
            Id = new("1xUeCw-0000000543a-0r00"), Headers = _headers, BodyLength = 0, OpenBody = _ => new(Stream.Null), Recipients = [.. plans.Select(Plan)], ReturnPath = "", Context = Context(),
        };
        var parts = await Policy().PartsAsync(job, CancellationToken.None);
        Assert.Equal(["a@example.com c@example.com", "b@other.test d@third.test", "e@signed.test"], parts.Select(p => string.Join(' ', p.Recipients.Select(r => r.Address.Address))));
    }

    const string Sts = "_mta-sts.example.com TXT \"v=STSv1; id=1;\"\n";

    static readonly HostOrigin Secure = new("example.com", "example.com", true), Plain = Secure with { IsSecure = false };

    void Zone(string zone, bool secure)
    {
        foreach (var line in zone.Split('\n', StringSplitOptions.RemoveEmptyEntries)) _dns.Add(line);
        _dns.Authenticated = secure;
    }

    static (string Text, int Errno, bool IsFinal) Said(TlsDemand demand) => Assert.IsType<TlsDemand.Refused>(demand) is var refused ? (refused.Text, refused.Errno, refused.IsFinal) : default;

    ExpansionContext Context()
    {
        var context = new ExpansionContext
        {
            Environment = new() { Clock = TimeProvider.System, PrimaryHostname = "tx.test", QualifyDomain = "tx.test", QualifyRecipient = "tx.test", Dns = _dns, Log = new MailLog(TimeProvider.System, _ => TextWriter.Null, LogOptions.Default) },
        };
        context.Message.Headers = _headers;
        return context;
    }

    TransportPolicy Policy()
    {
        var problems = new ProblemList();
        var document = ConfigurationReader.ReadText($"begin transports\nt:\n  driver = smtp\n  {_options}\n", "test.conf", new(), problems);
        var reader = TransportOptionTables.Tables.Open(document.Transports[0], problems)!;
        Assert.Empty(problems.All);
        var sts = new StsPolicies(new(_hints), (_, id, _) => new(_sts is { } mode ? new StsFetched.Policy(new(mode, ["mx.example.com"], TimeSpan.Zero, id)) : new StsFetched.Failed("sts-policy-fetch-error", "no")), TimeProvider.System);
        return new TlsPolicies(sts, _reports ? new TlsReportStore(_hints, TimeProvider.System) : null).For(reader);
    }

    async Task<TlsDemand> DemandAsync(HostOrigin? origin, string host = "mx.example.com")
    {
        var context = Context();
        context.Address.Host = host;
        return await Policy().Demand(new(new(host, IPAddress.Parse("192.0.2.1"), 25), new DeliveryHost(host, [], null, 10, origin), ["example.com"], context, false), CancellationToken.None);
    }

    public void Dispose() => _hints.Dispose();
}
