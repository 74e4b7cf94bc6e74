using System.Buffers;
using ScriptMta.Smtp;

namespace ScriptMta.Tests.Smtp;

public sealed class CommandLineReaderTests
{
    [Fact]
    public void A_line_without_an_end_is_reported_for_each_mebibyte_and_never_kept()
    {
        var reader = new CommandLineReader(bareLf: false);
        var piece = new byte[32_768];
        Array.Fill(piece, (byte)'A');
        var reported = 0;
        for (var i = 0; i < 32 * 5; i++)
        {
            var input = new ReadOnlySequence<byte>(piece);
            if (reader.TryRead(ref input, out _) == CommandRead.TooLong) reported++;
            Assert.True(input.Length <= 1);
        }
        Assert.Equal(4, reported);
        var end = new ReadOnlySequence<byte>("AA\r\nNOOP\r\n"u8.ToArray());
        Assert.Equal(CommandRead.TooLong, reader.TryRead(ref end, out _));
        Assert.Equal(CommandRead.Line, reader.TryRead(ref end, out var line));
        Assert.Equal("NOOP", line);
    }
}
