using System.Collections.Immutable;
using ScriptMta.Dns;

namespace ScriptMta.Tests.Dns;

/// <summary>RFC 7672 2.1 and 2.2: when TLSA records are looked for, where, and what their absence means.</summary>
public sealed class TlsaLookupTests
{
    const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task A_secure_host_with_a_secure_record_is_found()
    {
        var found = Assert.IsType<TlsaAnswer.Found>(await FindAsync($"""
            mx.secure A 192.0.2.1
            _25._tcp.mx.secure TLSA 3 1 1 {Digest}
            """, "MX.secure"));
        Assert.Equal((byte)3, Assert.Single(found.Records).Usage);
        Assert.Equal("mx.secure", found.BaseDomain);
    }

    [Fact]
    public async Task In_an_unsigned_zone_nothing_is_asked_so_a_server_that_cannot_answer_does_no_harm()
    {
        var dns = Zone("""
            mx.plain A 192.0.2.1
            _25._tcp.mx.plain AGAIN TLSA
            """);
        var none = Assert.IsType<TlsaAnswer.None>(await TlsaLookup.FindAsync(dns, "mx.plain", 25, CancellationToken.None));
        Assert.False(none.IsSecure);
        Assert.Equal("mx.plain lookup not DNSSEC", none.Reason);
        Assert.DoesNotContain(dns.Asked, q => q.EndsWith("TLSA", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lookup_that_fails_below_a_secure_host_means_not_now() =>
        Assert.IsType<TlsaAnswer.Again>(await FindAsync("""
            mx.secure A 192.0.2.1
            _25._tcp.mx.secure AGAIN TLSA
            """, "mx.secure"));

    [Fact]
    public async Task A_secure_host_without_records_has_none_for_sure()
    {
        var none = Assert.IsType<TlsaAnswer.None>(await FindAsync("mx.secure A 192.0.2.1", "mx.secure"));
        Assert.True(none.IsSecure);
    }

    [Fact]
    public async Task Records_are_those_of_the_port()
    {
        const string zone = $"""
            mx.secure A 192.0.2.1
            _2525._tcp.mx.secure TLSA 3 1 1 {Digest}
            """;
        Assert.IsType<TlsaAnswer.None>(await FindAsync(zone, "mx.secure"));
        Assert.IsType<TlsaAnswer.Found>(await FindAsync(zone, "mx.secure", 2525));
    }

    [Theory]
    [InlineData("_25._tcp.real.secure", "real.secure")] // what the alias leads to comes first
    [InlineData("_25._tcp.alias.secure", "alias.secure")]
    public async Task A_secure_alias_is_looked_at_from_both_ends(string owner, string expected)
    {
        var found = Assert.IsType<TlsaAnswer.Found>(await FindAsync($"""
            alias.secure CNAME real.secure
            real.secure A 192.0.2.1
            {owner} TLSA 3 1 1 {Digest}
            """, "alias.secure"));
        Assert.Equal(expected, found.BaseDomain);
    }

    [Fact]
    public async Task A_secure_alias_for_a_name_in_an_unsigned_zone_counts_under_its_own_name()
    {
        var found = Assert.IsType<TlsaAnswer.Found>(await FindAsync($"""
            alias.secure CNAME real.plain
            real.plain A 192.0.2.1
            _25._tcp.alias.secure TLSA 3 1 1 {Digest}
            """, "alias.secure"));
        Assert.Equal("alias.secure", found.BaseDomain);
    }

    [Fact]
    public async Task An_unsigned_alias_for_a_secure_name_does_not_count() =>
        Assert.IsType<TlsaAnswer.None>(await FindAsync($"""
            alias.plain CNAME real.secure
            real.secure A 192.0.2.1
            _25._tcp.real.secure TLSA 3 1 1 {Digest}
            """, "alias.plain"));

    [Fact]
    public async Task Records_that_come_by_an_unsigned_alias_do_not_count() =>
        Assert.IsType<TlsaAnswer.None>(await FindAsync($"""
            mx.secure A 192.0.2.1
            _25._tcp.mx.secure CNAME tlsa.plain
            tlsa.plain TLSA 3 1 1 {Digest}
            """, "mx.secure"));

    [Fact]
    public async Task An_address_has_no_records() => Assert.IsType<TlsaAnswer.None>(await FindAsync("", "192.0.2.1"));

    static async Task<TlsaAnswer> FindAsync(string zone, string host, int port = 25) => await TlsaLookup.FindAsync(Zone(zone), host, port, CancellationToken.None);

    /// <summary>Names below "secure" are signed.</summary>
    static SignedZone Zone(string zone) => new(zone);

    sealed class SignedZone(string zone) : IDnsResolver
    {
        readonly FakeDns _dns = new(zone);

        public IEnumerable<string> Asked => _dns.Asked;

        public async ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel) => await _dns.QueryAsync(name, type, cancel) switch
        {
            DnsAnswer.Found found => found with { Authenticated = IsSigned(name) && IsSigned(found.Name) },
            var other => other,
        };

        static bool IsSigned(string name) => name.EndsWith("secure", StringComparison.OrdinalIgnoreCase);
    }
}
