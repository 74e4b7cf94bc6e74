using ScriptMta.Common;
using ScriptMta.Smtp;

namespace ScriptMta.Tests.Smtp;

public sealed class ChunkDecoderTests
{
    [Theory]
    [InlineData("Subject: x\r\n\r\nhello\r\n", "Subject: x\r\n\r\nhello\r\n")]
    [InlineData("a\r\n.\r\nb\r\n", "a\r\n.\r\nb\r\n")]
    [InlineData("a\n.\nb\n", "a\r\n.\r\nb\r\n")]
    [InlineData("a\r.\rb", "a\r\n.\r\nb\r\n")]
    [InlineData("a\r\r\nb\n\r", "a\r\n\r\nb\r\n\r\n")]
    [InlineData("no end", "no end\r\n")]
    [InlineData("\0\u00ff\r\n", "\0\u00ff\r\n")]
    [InlineData("", "")]
    public void Every_line_end_becomes_CRLF_however_the_bytes_come(string sent, string expected)
    {
        for (var step = 1; step <= sent.Length + 1; step++)
        {
            Assert.Equal(expected, Decode([sent], step, out var decoder));
            Assert.Equal(expected.Count(c => c == '\n'), decoder.Lines);
        }
    }

    [Fact]
    public void A_line_and_a_CRLF_may_go_on_in_the_next_chunk()
    {
        Assert.Equal("ab\r\ncd\r\n", Decode(["a", "b\r", "\nc", "", "d"], 100, out var decoder));
        Assert.Equal(2, decoder.Lines);
        Assert.Equal(2, decoder.MaxLineLength);
    }

    [Fact]
    public void What_stands_after_the_chunk_is_left_alone()
    {
        var decoder = new ChunkDecoder();
        decoder.Begin(3);
        ReadOnlyMemory<byte> input = "abcQUIT\r\n"u8.ToArray();
        Assert.True(decoder.TryDecode(ref input, out var piece));
        Assert.Equal("abc", Latin1.Decode(piece.Span));
        Assert.True(decoder.IsEnd);
        Assert.False(decoder.TryDecode(ref input, out _));
        Assert.Equal("QUIT\r\n", Latin1.Decode(input.Span));
    }

    [Theory]
    [InlineData("a\r\nb\nc\n", 2)]
    [InlineData("a\nb\n", 1)]
    [InlineData("a\r\nb\rc\r\n", 0)]
    public void The_first_line_that_a_LF_alone_ends_is_known(string sent, int line)
    {
        Decode([sent], 100, out var decoder);
        Assert.Equal(line, decoder.FirstBareLf);
    }

    static string Decode(string[] chunks, int step, out ChunkDecoder decoder)
    {
        var text = new System.Text.StringBuilder();
        decoder = new ChunkDecoder();
        foreach (var chunk in chunks)
        {
            decoder.Begin(chunk.Length);
            for (var at = 0; at < chunk.Length; at += step)
            {
                ReadOnlyMemory<byte> input = Latin1.Encode(chunk.Substring(at, Math.Min(step, chunk.Length - at)));
                while (decoder.TryDecode(ref input, out var piece)) text.Append(Latin1.Decode(piece.Span));
                Assert.True(input.IsEmpty);
            }
            Assert.True(decoder.IsEnd);
        }
        return text.Append(Latin1.Decode(decoder.Complete().Span)).ToString();
    }
}
