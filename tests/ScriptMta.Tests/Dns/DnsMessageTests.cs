using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ScriptMta.Dns;
using static ScriptMta.Tests.Dns.TestNameServer;

namespace ScriptMta.Tests.Dns;

public class DnsMessageTests
{
    static readonly byte[] Query = DnsMessage.EncodeQuery(0x1234, "x.test", DnsType.ANY, withEdns: false, dnssecOk: false)!;

    static DnsResourceRecord Decode(DnsType type, params byte[] data) =>
        Assert.Single(DnsMessage.TryDecode(Reply(Query, 0, Record("x.test", type, 7, data)))!.Answers);

    [Fact]
    public void Every_known_type_is_decoded()
    {
        Assert.Equal(new AddressRecord("x.test", DnsType.AAAA, 7, IPAddress.Parse("2001:db8::1")), Decode(DnsType.AAAA, IPAddress.Parse("2001:db8::1").GetAddressBytes()));
        Assert.Equal(new MxRecord("x.test", 7, 258, "m.test"), Decode(DnsType.MX, [1, 2, .. Name("m.test")]));
        Assert.True(((MxRecord)Decode(DnsType.MX, 0, 0, 0)).IsNull);
        Assert.Equal(new NameRecord("x.test", DnsType.NS, 7, "n.test"), Decode(DnsType.NS, Name("n.test")));
        Assert.Equal(new NameRecord("x.test", DnsType.PTR, 7, "n.test"), Decode(DnsType.PTR, Name("n.test")));
        Assert.Equal(["ab", ""], ((TextRecord)Decode(DnsType.TXT, 2, (byte)'a', (byte)'b', 0)).Texts.ToArray());
        Assert.Equal(DnsType.SPF, Decode(DnsType.SPF, 1, 65).Type);
        Assert.Equal(new SrvRecord("x.test", 7, 1, 2, 25, "s.test"), Decode(DnsType.SRV, [0, 1, 0, 2, 0, 25, .. Name("s.test")]));
        Assert.Equal([9, 8], ((TlsaRecord)Decode(DnsType.TLSA, 3, 1, 1, 9, 8)).Data.ToArray());
        Assert.Equal(new CaaRecord("x.test", 7, 128, "issue", "ca.test"), Decode(DnsType.CAA, [128, 5, .. "issueca.test"u8]));
        Assert.Equal("root.x.test", ((SoaRecord)DnsMessage.TryDecode(Reply(Query, 0, Soa("x.test", 7, 3)))!.Answers[0]).Mailbox);
        Assert.Equal([1, 2, 3], ((RawRecord)Decode((DnsType)4711, 1, 2, 3)).Data.ToArray());
    }

    [Theory]
    [InlineData("A", 3), InlineData("A", 5), InlineData("AAAA", 4), InlineData("MX", 2), InlineData("SRV", 6), InlineData("TLSA", 2), InlineData("CAA", 1)]
    public void Data_of_the_wrong_length_makes_the_message_worthless(string type, int length) =>
        Assert.Null(DnsMessage.TryDecode(Reply(Query, 0, Record("x.test", Enum.Parse<DnsType>(type), 7, [.. Enumerable.Repeat((byte)1, length)]))));

    [Fact]
    public void Compressed_names_are_read()
    {
        // The question's name stands at 12.
        Assert.Equal(new MxRecord("x.test", 7, 1, "m.x.test"), Decode(DnsType.MX, 0, 1, 1, (byte)'m', 0xC0, 12));
    }

    [Theory]
    [InlineData(0xC0, 0xFF)] // beyond the end
    [InlineData(0xC0, 0x1E)] // itself: header 12, question 12, name 8, fixed part 10 → data at 42
    [InlineData(0xC0, 42)]
    [InlineData(0x80, 12)] // a reserved label type
    public void Pointers_that_lead_nowhere_or_in_circles_are_refused(byte first, byte second) =>
        Assert.Null(DnsMessage.TryDecode(Reply(Query, 0, Record("x.test", DnsType.NS, 7, first, second))));

    [Fact]
    public void Names_keep_odd_bytes_escaped_and_encode_back()
    {
        List<byte> wire = [];
        Assert.True(DnsName.TryEncode("a\\.b.\\010c\\\\", wire));
        Assert.Equal([3, (byte)'a', (byte)'.', (byte)'b', 3, 10, (byte)'c', (byte)'\\', 0], wire);
        Assert.Equal("a\\.b.\\010c\\\\", ((NameRecord)Decode(DnsType.NS, [.. wire])).Target);
    }

    [Fact]
    public void Random_bytes_never_crash_the_decoder()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll<byte[]>(bytes =>
        {
            _ = DnsMessage.TryDecode(bytes);
            _ = DnsMessage.TryDecode([0x12, 0x34, 0x81, 0x80, 0, 1, 0, 3, 0, 1, 0, 0, .. Question(Query), .. bytes]);
        }));
        var whole = Reply(Query, 0x8180, [A("x.test", "192.0.2.1"), Record("x.test", DnsType.TXT, 1, 3, 1, 2, 3), Record("x.test", DnsType.MX, 1, 0, 1, 0xC0, 12)], [Soa("test", 1, 1)]);
        for (var cut = 0; cut < whole.Length; cut++) Assert.Null(DnsMessage.TryDecode(whole.AsSpan(0, cut)));
        for (var at = 0; at < whole.Length; at++)
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])whole.Clone();
                changed[at] = (byte)value;
                _ = DnsMessage.TryDecode(changed);
            }
    }

    [Fact]
    public void Pointer_chains_do_not_multiply_the_work()
    {
        // 60 kB of names that each point into the one before: reading stays linear in the records.
        var packet = new List<byte>(Reply(Query, 0));
        packet[6] = 0x10;
        for (var i = 0; i < 4096; i++) packet.AddRange([1, (byte)'a', 0xC0, 12, 0, 2, 0, 1, 0, 0, 0, 1, 0, 2, 0xC0, 12]);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(4096, DnsMessage.TryDecode([.. packet])!.Answers.Length);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2));
    }
}
