using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Dns;
using ScriptMta.Network;

namespace ScriptMta.Tests.Network;

/// <summary>RFC 7671 and 7672 3: which certificates the TLSA records of a mail server let through.</summary>
public sealed class DaneCheckTests
{
    static readonly X509Certificate2 Root = DaneCertificates.Authority("Root");
    static readonly X509Certificate2 Middle = DaneCertificates.Authority("Middle", Root);
    static readonly X509Certificate2 Leaf = DaneCertificates.Server(Middle, "mx.example.com", "*.pool.example.com");
    static readonly X509Certificate2 Alone = DaneCertificates.Server(null, "whoever.invalid");

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void An_end_entity_needs_no_name_and_no_date(int selector, int matching)
    {
        Assert.True(Check([Record(3, selector, matching, Alone)], Alone, [], []).IsGood);
        var old = DaneCertificates.Expired(null, "old.invalid");
        Assert.True(Check([Record(3, selector, matching, old)], old, [], ["mx.example.com"]).IsGood);
        Assert.Equal(CertificateFault.Invalid, Check([Record(3, selector, matching, Alone)], old, [], ["mx.example.com"]).Fault);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void A_trust_anchor_vouches_for_a_server_of_the_right_name(int selector, int matching)
    {
        foreach (var anchor in (X509Certificate2[])[Root, Middle])
            Assert.Equal("", Check([Record(2, selector, matching, anchor)], Leaf, [Leaf, Middle, Root], ["mx.example.com"]).Text);
    }

    [Fact]
    public void A_trust_anchor_in_the_middle_needs_no_root() => Assert.True(Check([Record(2, 1, 1, Middle)], Leaf, [Middle], ["mx.example.com"]).IsGood);

    [Fact]
    public void A_trust_anchor_that_the_record_holds_whole_need_not_be_sent() => Assert.True(Check([Record(2, 0, 0, Root)], Leaf, [Middle], ["mx.example.com"]).IsGood);

    [Fact]
    public void A_trust_anchor_that_is_only_a_digest_must_be_sent() => Assert.Equal(CertificateFault.Invalid, Check([Record(2, 1, 1, Root)], Leaf, [Middle], ["mx.example.com"]).Fault);

    [Fact]
    public void Any_of_the_names_will_do()
    {
        Assert.True(Check([Record(2, 1, 1, Root)], Leaf, [Middle, Root], ["example.com", "mx.example.com"]).IsGood);
        Assert.True(Check([Record(2, 1, 1, Root)], Leaf, [Middle, Root], ["a.pool.example.com"]).IsGood);
        Assert.Equal(CertificateFault.HostMismatch, Check([Record(2, 1, 1, Root)], Leaf, [Middle, Root], ["a.b.pool.example.com", "example.com"]).Fault);
        Assert.Equal(CertificateFault.HostMismatch, Check([Record(2, 1, 1, Root)], Leaf, [Middle, Root], ["pool.example.com", "mx.example.com\u0000.evil", "", new string('x', 300)]).Fault);
    }

    [Fact]
    public void What_has_expired_is_told_apart()
    {
        var old = DaneCertificates.Expired(Root, "mx.example.com");
        Assert.Equal(CertificateFault.Expired, Check([Record(2, 1, 1, Root)], old, [Root], ["mx.example.com"]).Fault);
    }

    [Fact]
    public void An_anchor_that_is_sent_along_but_issued_nothing_vouches_for_nothing()
    {
        var stranger = DaneCertificates.Authority("Middle"); // the issuer's name, another key
        Assert.False(Check([Record(2, 1, 1, stranger)], Leaf, [stranger], ["mx.example.com"]).IsGood);
        Assert.False(Check([Record(2, 1, 1, stranger)], Leaf, [stranger, Middle, Root], ["mx.example.com"]).IsGood);
        Assert.False(Check([Record(2, 1, 1, Root)], Alone, [Alone, Root], ["whoever.invalid"]).IsGood);
    }

    [Fact]
    public void Somebody_elses_certificate_cannot_issue_one()
    {
        // Signed by the key of a server, which is no authority.
        var issuer = DaneCertificates.Server(Root, "Forged");
        var forged = DaneCertificates.Server(issuer, "mx.example.com");
        Assert.False(Check([Record(2, 1, 1, Root)], forged, [issuer, Root], ["mx.example.com"]).IsGood);
    }

    [Fact]
    public void The_certificate_itself_is_no_trust_anchor() => Assert.False(Check([Record(2, 1, 1, Leaf)], Leaf, [Leaf, Middle, Root], ["mx.example.com"]).IsGood);

    [Fact]
    public void Usages_of_the_public_authorities_are_not_usable()
    {
        var set = new TlsaSet([Record(0, 1, 1, Leaf), Record(1, 1, 1, Leaf)]);
        Assert.False(set.IsUsable);
        Assert.Equal(0, set.UsageBits);
    }

    [Fact]
    public void Malformed_records_are_not_usable()
    {
        TlsaRecord[] bad = [Raw(3, 1, 1, [1, 2, 3]), Raw(3, 1, 2, new byte[32]), Raw(3, 2, 1, new byte[32]), Raw(3, 1, 3, new byte[32]), Raw(2, 0, 0, []), Raw(2, 0, 0, new byte[4000]), Raw(3, 1, 0, [0x30, 0x80]), Raw(255, 255, 255, [])];
        Assert.False(new TlsaSet(bad).IsUsable);
        Assert.True(new TlsaSet([.. bad, Record(3, 1, 1, Leaf)]).IsUsable);
    }

    [Fact]
    public void Of_two_digests_the_stronger_counts()
    {
        var set = new TlsaSet([Record(3, 1, 1, Alone), Record(3, 1, 2, Leaf), Record(2, 1, 1, Root)]);
        Assert.False(set.NamesEndEntity(Alone));
        Assert.True(set.NamesEndEntity(Leaf));
        Assert.True(set.NamesTrustAnchor(Root)); // of another usage
        Assert.Equal(12, set.UsageBits);
    }

    [Fact]
    public void A_chain_of_a_thousand_certificates_is_not_looked_at_whole()
    {
        var many = Enumerable.Repeat(0, 1000).Select((_, i) => i % 2 == 0 ? Alone : Middle).Append(Root).ToList();
        Assert.Equal(CertificateFault.Invalid, Check([Record(2, 1, 1, Root)], Leaf, many, ["mx.example.com"]).Fault);
    }

    static PeerVerdict Check(TlsaRecord[] records, X509Certificate2 leaf, IReadOnlyCollection<X509Certificate2> sent, string[] names) =>
        DaneCheck.Check(new(records), leaf, sent, names, DaneCertificates.Now);

    static TlsaRecord Record(int usage, int selector, int matching, X509Certificate2 certificate)
    {
        var selected = selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return Raw(usage, selector, matching, matching switch { 1 => SHA256.HashData(selected), 2 => SHA512.HashData(selected), _ => selected });
    }

    static TlsaRecord Raw(int usage, int selector, int matching, byte[] data) => new("_25._tcp.mx.example.com", 300, (byte)usage, (byte)selector, (byte)matching, [.. data]);
}
