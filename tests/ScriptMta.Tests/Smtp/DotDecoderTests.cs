using System.Text;
using ScriptMta.Common;
using ScriptMta.Smtp;

namespace ScriptMta.Tests.Smtp;

public sealed class DotDecoderTests
{
    /// <summary>What is sent, what comes out, what is left for the next command, and whether it is malformed. Without an end, Rest is null.</summary>
    [Theory]
    [InlineData(".\r\nQUIT\r\n", "", "QUIT\r\n", false)]
    [InlineData("a\r\n.\r\n", "a\r\n", "", false)]
    [InlineData("a\r\n..\r\n.\r\n", "a\r\n.\r\n", "", false)]
    [InlineData("..a\r\n...\r\nb.\r\n.\r\nrest", ".a\r\n..\r\nb.\r\n", "rest", false)]
    [InlineData(".a\r\n.\r\n", "a\r\n", "", false)]
    [InlineData("a\0\xff\r\n.\r\n", "a\0\xff\r\n", "", false)]
    [InlineData("a\r\n.", "a\r\n", null, false)]
    [InlineData("a\r\n.\r", "a\r\n", null, false)]
    // CVE-2023-51766: none of these is an end.
    [InlineData("a\n.\r\nMAIL\r\n.\r\n", null, "", true)]
    [InlineData("a\n.\nMAIL\r\n.\r\n", null, "", true)]
    [InlineData("a\r.\rMAIL\r\n.\r\n", null, "", true)]
    [InlineData("a\r\n.\nMAIL\r\n.\r\n", null, "", true)]
    [InlineData("a\r\n.\rMAIL\r\n.\r\n", null, "", true)]
    [InlineData("a\r.\r\nMAIL\r\n.\r\n", null, "", true)]
    [InlineData("a\r\r\n.\r\n", null, "", true)]
    [InlineData("a\r\n.\r\r\nMAIL\r\n.\r\n", null, "", true)]
    [InlineData("a\r\n\n.\r\nMAIL\r\n.\r\n", null, "", true)]
    [InlineData("a\r\n.\0\r\n.\r\n", "a\r\n\0\r\n", "", false)]
    public void Only_CRLF_dot_CRLF_ends_a_message(string sent, string? decoded, string? rest, bool malformed)
    {
        for (var size = 1; size <= sent.Length; size++)
        {
            var (decoder, text, left) = Decode(sent, size);
            Assert.Equal(malformed, decoder.IsMalformed);
            Assert.Equal(rest is not null, decoder.IsEnd);
            if (decoded is not null) Assert.Equal(decoded, text);
            if (rest is not null) Assert.Equal(rest, left);
        }
    }

    [Fact]
    public void Lines_are_counted_and_the_longest_measured()
    {
        var (decoder, _, _) = Decode("one\r\n\r\n..three\r\n.\r\n", 4);
        Assert.Equal(3, decoder.Lines);
        Assert.Equal(6, decoder.MaxLineLength);
    }

    [Fact]
    public void Any_message_comes_out_as_it_went_in_however_it_is_cut()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var message = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => ".\0a"[random.Next(3)])) + "\r\n"));
            var stuffed = string.Concat(message.Split("\r\n")[..^1].Select(l => (l.StartsWith('.') ? "." : "") + l + "\r\n")) + ".\r\n";
            var (decoder, text, left) = Decode(stuffed + "next", 1 + random.Next(9));
            Assert.True(decoder.IsEnd && !decoder.IsMalformed);
            Assert.Equal((message, "next"), (text, left));
        }
    }

    static (DotDecoder Decoder, string Text, string Left) Decode(string sent, int size)
    {
        var (decoder, text, rest) = (new DotDecoder(), new StringBuilder(), new StringBuilder());
        for (var at = 0; at < sent.Length; at += size)
        {
            ReadOnlyMemory<byte> input = Latin1.Encode(sent.Substring(at, Math.Min(size, sent.Length - at)));
            while (decoder.TryDecode(ref input, out var piece)) text.Append(Latin1.Decode(piece.Span));
            rest.Append(Latin1.Decode(input.Span));
        }
        return (decoder, text.ToString(), rest.ToString());
    }
}
