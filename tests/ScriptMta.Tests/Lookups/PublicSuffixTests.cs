using ScriptMta.Expansion;
using ScriptMta.Tests.Expansion.Lists;

namespace ScriptMta.Tests.Lookups;

/// <summary>psl and regdom, which Debian's Exim does not have.</summary>
public sealed class PublicSuffixTests : IDisposable
{
    readonly ListWorld _world = new();

    public PublicSuffixTests() => _world.Write("suffixes",
        "// a list\n\ncom\nuk\nco.uk  // a comment\n*.ck\n!www.ck\njp\n*.kobe.jp\n!city.kobe.jp\n\u00e5\u0085\u00ac\u00e5\u008f\u00b8.cn\ncn\nORG\r\nblogspot.com\n");

    [Theory]
    [InlineData("example.com", "com", "example.com")]
    [InlineData("a.b.example.com", "com", "example.com")]
    [InlineData("A.B.Example.COM", "com", "example.com")]
    [InlineData("com", "com", null)]
    [InlineData("example.co.uk", "co.uk", "example.co.uk")]
    [InlineData("mail.example.co.uk", "co.uk", "example.co.uk")]
    [InlineData("co.uk", "co.uk", null)]
    [InlineData("example.uk", "uk", "example.uk")]
    [InlineData("shop.blogspot.com", "blogspot.com", "shop.blogspot.com")]
    [InlineData("a.b.ck", "b.ck", "a.b.ck")]
    [InlineData("b.ck", "b.ck", null)]
    [InlineData("www.ck", "ck", "www.ck")]
    [InlineData("x.www.ck", "ck", "www.ck")]
    [InlineData("a.b.kobe.jp", "b.kobe.jp", "a.b.kobe.jp")]
    [InlineData("x.city.kobe.jp", "kobe.jp", "city.kobe.jp")]
    [InlineData("kobe.jp", "jp", "kobe.jp")]
    [InlineData("a.example.org", "org", "example.org")]
    [InlineData("example.test", null, null)]
    [InlineData("localhost", null, null)]
    [InlineData("a..com", "com", ".com")]
    [InlineData(".com", "com", null)]
    [InlineData("", null, null)]
    [InlineData("www.xn--fiqs8s.xn--55qx5d.cn", "xn--55qx5d.cn", "xn--fiqs8s.xn--55qx5d.cn")]
    [InlineData("a.b.\u00e5\u0085\u00ac\u00e5\u008f\u00b8.cn", "\u00e5\u0085\u00ac\u00e5\u008f\u00b8.cn", "b.\u00e5\u0085\u00ac\u00e5\u008f\u00b8.cn")]
    public void The_prevailing_rule_decides(string key, string? suffix, string? registrable)
    {
        Assert.Equal(suffix, Find("psl", key));
        Assert.Equal(registrable, Find("regdom", key));
    }

    [Theory]
    [InlineData("psl,ret=key", "example.com", "example.com")]
    [InlineData("regdom", "example.com", "failed to open /none for public suffix search: No such file or directory", "/none")]
    public void Options_and_errors_are_those_of_every_file_lookup(string type, string key, string expected, string? file = null) => Assert.Equal(expected, Find(type, key, file));

    string? Find(string type, string key, string? file = null) =>
        LookupSearch.Parse(type, _world.Environment.Lookups, out _)!.Find(Value.Tainted(key), Value.Clean(file ?? _world.Folder + "/suffixes"), _world.Context()).Result switch
        {
            LookupResult.Found found => found.Data.Text,
            LookupResult.Failed failed => failed.Reason,
            _ => null,
        };

    public void Dispose() => _world.Dispose();
}
