using System.Security.Cryptography;
using System.Text;
using ScriptMta.Authentication;
using ScriptMta.Common;

namespace ScriptMta.Tests.Authentication;

public sealed class ScramTests
{
    const string Rfc5802First = "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL", Rfc5802Nonce = "3rfcNHYJY1ZVvWVs7j", Rfc5802Salt = "QSXCR+Q6sek8bf92";
    const string Rfc5802Final = "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=";

    [Fact]
    public void The_example_of_RFC_5802_comes_out() =>
        Check(ScramHash.Sha1, Rfc5802First, Rfc5802Nonce, Rfc5802Salt, "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", Rfc5802Final, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");

    [Fact]
    public void The_example_of_RFC_7677_comes_out() =>
        Check(ScramHash.Sha256, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "W22ZaJ0SNY7soEsUEjb6gQ==",
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");

    static void Check(ScramHash hash, string first, string nonce, string salt, string challenge, string final, string proof)
    {
        Assert.True(ScramClientFirst.TryParse(first, out var message));
        var bytes = Convert.FromBase64String(salt);
        var server = new ScramServer(hash, message, nonce, bytes, 4096);
        var (stored, serverKey) = hash.Keys("pencil"u8.ToArray(), bytes, 4096);
        Assert.Equal(challenge, server.Challenge);
        Assert.Equal(proof, server.Finish(final, [], stored, serverKey));
        Assert.Null(server.Finish(final, [1], stored, serverKey));
        Assert.Null(server.Finish(final, [], RandomNumberGenerator.GetBytes(hash.Size), serverKey));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j")]
    [InlineData("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=")]
    [InlineData("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Q==")]
    [InlineData("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=?")]
    [InlineData("c=biws,r=fyko+d2lbbFgONRv9qkxdawL,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")]
    [InlineData("c=eSws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")]
    [InlineData(",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")]
    [InlineData("p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")]
    public void A_final_message_that_lacks_something_proves_nothing(string final)
    {
        Assert.True(ScramClientFirst.TryParse(Rfc5802First, out var message));
        var salt = Convert.FromBase64String(Rfc5802Salt);
        var (stored, serverKey) = ScramHash.Sha1.Keys("pencil"u8.ToArray(), salt, 4096);
        Assert.Null(new ScramServer(ScramHash.Sha1, message, Rfc5802Nonce, salt, 4096).Finish(final, [], stored, serverKey));
    }

    [Theory]
    [InlineData("")]
    [InlineData("n")]
    [InlineData("n,")]
    [InlineData("n,,")]
    [InlineData("n,,n=user")]
    [InlineData("n,,n=,r=x")]
    [InlineData("n,,n=user,r=")]
    [InlineData("n,,m=x,n=user,r=x")]
    [InlineData("x,,n=user,r=x")]
    [InlineData("p=,,n=user,r=x")]
    [InlineData("n,b=x,n=user,r=x")]
    [InlineData("n,a=,n=user,r=x")]
    [InlineData("n,,n=us=er,r=x")]
    [InlineData("n,,n=us\0er,r=x")]
    [InlineData("n,,r=x,n=user")]
    [InlineData("n,,n=user,r=a b")]
    public void What_is_no_first_message_is_taken_for_none(string text) => Assert.False(ScramClientFirst.TryParse(text, out _));

    [Fact]
    public void Names_may_hold_commas_and_equals_signs()
    {
        Assert.True(ScramClientFirst.TryParse("y,a=o=2Cther,n=a=3Db=2Cc,r=x,extension=1", out var message));
        Assert.Equal(("y", "o,ther", "a=b,c", "x"), (message.Binding, message.Authorization, message.User, message.Nonce));
        Assert.True(ScramClientFirst.TryParse("p=tls-server-end-point,,n=u,r=x", out var plus));
        Assert.Equal((true, "tls-server-end-point", "p=tls-server-end-point,,"), (plus.Binds, plus.Binding, plus.Header));
    }

    [Fact]
    public void No_input_makes_the_parsers_fail()
    {
        var random = new Random(4);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(40); length > 0; length--) text.Append(random.Next(3) == 0 ? (char)random.Next(256) : ",=napry2C3D\x01"[random.Next(11)]);
            Assert.True(!ScramClientFirst.TryParse(text.ToString(), out var first) || (first.User.Length > 0 && first.Nonce.Length > 0));
            Assert.True(!Gs2Header.TryParse(text.ToString(), out var header) || header.Text.Length >= 3);
            _ = Base64Text.Decode(text.ToString());
            Assert.Null(new ScramServer(ScramHash.Sha1, new("n,,", "n=u,r=x", "n", false, "", "u", "x"), "y", [1], 1).Finish(text.ToString(), [], new byte[20], new byte[20]));
            var line = DovecotReply.Parse(Latin1.Decode(Latin1.Encode("OK\t1\t" + text)), "1");
            Assert.Equal("OK", line!.Verb);
            _ = line.User + line.Reason;
        }
    }
}
