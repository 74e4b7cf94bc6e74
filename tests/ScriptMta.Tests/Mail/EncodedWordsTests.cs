using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Mail;

/// <summary>Results were observed with Exim 4.96's rfc2047 and rfc2047d operators, except that an unknown set is worded by us.</summary>
public class EncodedWordsTests
{
    [Theory]
    [InlineData("=?utf-8?Q?a=C3=A9_b?= x", "aé b x")]
    [InlineData("=?iso-8859-1?Q?a=E9?= =?utf-8?B?w6k=?= y", "aéé y")]
    [InlineData("=?utf-8?Q?bad=zz?= z", "=?utf-8?Q?bad=zz?= z")]
    [InlineData("=?utf-8?X?bad?= z", "=?utf-8?X?bad?= z")]
    [InlineData("=?utf-8?B?w6k?= z", "=?utf-8?B?w6k?= z")]
    [InlineData("=?utf-8?Q?a=00b?= z", "a?b z")]
    [InlineData("=?utf-8?Q?a b?= z", "=?utf-8?Q?a b?= z")]
    [InlineData("x=?utf-8?Q?ab?=z", "xabz")]
    [InlineData("=?windows-1252?Q?=80?=z", "€z")]
    [InlineData("=?utf-8?Q?ab?=\n   =?utf-8?Q?ab?= ", "abab ")]
    [InlineData("=?utf-8?Q??=z", "z")]
    [InlineData("=?utf-8?q?=e2=82?= =?utf-8?q?=ac?=", "€")]
    [InlineData("=?utf-8*en?Q?ab?= z", "ab z")]
    [InlineData("=?koi8-r?B?8NLJ18XU?=", "Привет")]
    [InlineData("=?", "=?")]
    [InlineData("=?utf-8?Q?aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?=z",
        "=?utf-8?Q?aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?=z")]
    public void Words_decode_to_utf8_bytes(string text, string expected) =>
        Assert.Equal(expected, Latin1.ToUnicode(EncodedWords.Decode(text)));

    [Fact]
    public void An_unknown_set_is_named()
    {
        Assert.False(EncodedWords.TryDecode("=?junk?Q?a=E9?= z", "UTF-8", checkLength: true, out _, out var error));
        Assert.Equal("iconv_open(\"UTF-8\", \"junk\") failed: Invalid argument (maybe unsupported conversion)", error);
    }

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("", "")]
    [InlineData("Grüße", "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=")]
    [InlineData("a=b?c é_d", "=?UTF-8?Q?a=3Db=3Fc_=C3=A9=5Fd?=")]
    [InlineData("a (b) \"c\" é", "=?UTF-8?Q?a_=28b=29_=22c=22_=C3=A9?=")]
    [InlineData("a=?b", "=?UTF-8?Q?a=3D=3Fb?=")]
    [InlineData("a\tb", "=?UTF-8?Q?a=09b?=")]
    [InlineData("éaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb",
        "=?UTF-8?Q?=C3=A9aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaa?= =?UTF-8?Q?aaaaaaaabbbbbbbbbb?=")]
    [InlineData("ééééééééééééééééééééééé",
        "=?UTF-8?Q?=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9?= =?UTF-8?Q?=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9?= =?UTF-8?Q?=C3=A9?=")]
    public void Text_encodes_as_exim_does(string text, string expected) =>
        Assert.Equal(expected, EncodedWords.Encode(Latin1.FromUnicode(text), "UTF-8"));

    [Fact]
    public void What_is_encoded_decodes_to_itself()
    {
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<NonNull<string>>(any =>
        {
            var text = Latin1.FromUnicode(any.Get.Replace("\0", ""));
            return EncodedWords.TryDecode(EncodedWords.Encode(text, "UTF-8"), "UTF-8", checkLength: false, out var back, out _) && back == text;
        }));
    }
}
