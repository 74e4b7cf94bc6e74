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

    /// <summary>What was searched for a line end is not searched again; found by the fuzzer, with a line of bare LFs that came byte by byte.</summary>
    [Theory]
    [InlineData("NOOP\r\nQUIT\r\n")]
    [InlineData("NO\nOP\r\n\r\n")]
    [InlineData("NO\rOP\r\r\nQUIT\r\n")]
    [InlineData("\n\n\n\r\r\r\n\nQUIT\r\n")]
    [InlineData("A\0\r\n\r")]
    public void Lines_do_not_depend_on_the_pieces_that_they_come_in(string text)
    {
        foreach (var bareLf in (bool[])[false, true])
            for (var piece = 1; piece < text.Length; piece++) Assert.Equal(Lines(text, text.Length, bareLf), Lines(text, piece, bareLf));
    }

    [Fact]
    public void A_long_line_of_bare_line_ends_in_pieces_is_one_bad_line()
    {
        var text = string.Concat(Enumerable.Repeat("\n.\n", 15_000)) + "\r\nQUIT\r\n";
        Assert.Equal(["TooLong ", "Line QUIT"], Lines(text, 1, bareLf: false));
    }

    /// <summary>What a session does: what is left of the input stays in front of what comes next.</summary>
    static List<string> Lines(string text, int piece, bool bareLf)
    {
        var (reader, found, bytes, start, end) = (new CommandLineReader(bareLf), new List<string>(), System.Text.Encoding.Latin1.GetBytes(text), 0, 0);
        while (end < bytes.Length)
        {
            end = Math.Min(end + piece, bytes.Length);
            CommandRead read;
            do
            {
                var input = new ReadOnlySequence<byte>(bytes, start, end - start);
                read = reader.TryRead(ref input, out var line);
                start = end - (int)input.Length;
                if (read != CommandRead.Incomplete) found.Add($"{read} {(read == CommandRead.Line ? line : "")}");
            }
            while (read != CommandRead.Incomplete);
        }
        return found;
    }
}
