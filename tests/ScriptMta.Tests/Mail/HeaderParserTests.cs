using FsCheck;
using FsCheck.Fluent;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Mail;

/// <summary>Where the body begins was observed with Exim 4.96 (spool files of -odq).</summary>
public class HeaderParserTests
{
    [Theory]
    [InlineData("A: 1\nB: 2\n\nbody\n", "A|B", "body\n", "None")]
    [InlineData("A: 1\r\nB: 2\r\n\r\nbody\r\n", "A|B", "body\r\n", "None")]
    [InlineData("\nbody", "", "body", "None")]
    [InlineData("From: a@b\nSubject : x\nfoo\n\nbody\n", "From|Subject ", "foo\n\nbody\n", "BodyWithoutBlankLine")]
    [InlineData("no header\n\nbody\n", "", "no header\n\nbody\n", "BodyWithoutBlankLine")]
    [InlineData("A: 1\n b\nB 2\nC: 3\n", "A", "B 2\nC: 3\n", "BodyWithoutBlankLine")]
    [InlineData("A: 1\n\tb\n \n c\n\nx", "A", "x", "None")]
    [InlineData("From x@y Mon Jan 1\nA: 1\n\nq", "", "From x@y Mon Jan 1\nA: 1\n\nq", "BodyWithoutBlankLine")]
    [InlineData(" lead\nA: b\n\nq", "", " lead\nA: b\n\nq", "BodyWithoutBlankLine")]
    [InlineData("A\u0001: b\n\nz", "", "A\u0001: b\n\nz", "BodyWithoutBlankLine")]
    [InlineData("\u00e9: b\n\nz", "", "\u00e9: b\n\nz", "BodyWithoutBlankLine")]
    [InlineData(": b\n\nz", "", ": b\n\nz", "BodyWithoutBlankLine")]
    [InlineData("A: 1", "A", "", "NoBody")]
    [InlineData("", "", "", "NoBody")]
    public void The_section_ends_where_exim_ends_it(string text, string names, string body, string problem)
    {
        var parsed = HeaderParser.Parse(text, HeaderLimits.Default);
        Assert.Equal(names, string.Join('|', parsed.Headers.Fields.Select(f => f.Name)));
        Assert.Equal(body, text[parsed.BodyStart..]);
        Assert.Equal(problem, parsed.Problem.ToString());
    }

    [Fact]
    public void Folded_bodies_keep_their_bytes_with_lf_line_ends()
    {
        var field = HeaderParser.Parse("Subject: one\r\n\ttwo\r\n \r\n three\r\rx\r\n\r\n", HeaderLimits.Default).Headers.Fields[0];
        Assert.Equal(" one\n\ttwo\n \n three\r\rx", field.Body);
        Assert.True(HeaderParser.Parse("Subject : x\n", HeaderLimits.Default).Headers.Has("subject"));
    }

    [Fact]
    public void Limits_stop_the_reading()
    {
        var text = string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: {new string('x', 90)}\n")) + "\nbody";
        var parsed = HeaderParser.Parse(text, new(Section: 1000));
        Assert.Equal(HeaderProblem.SectionTooLong, parsed.Problem);
        Assert.InRange(parsed.Headers.Fields.Length, 5, 10);
        Assert.Equal(HeaderProblem.FieldTooLong, HeaderParser.Parse("A: " + new string('x', 200) + "\n\n", new(Field: 100)).Problem);
    }

    [Fact]
    public void Any_text_parses_and_the_fields_and_the_body_are_the_text()
    {
        var pieces = Gen.Elements("A", ":", " ", "\n", "\r\n", "\t", "x: y\n", "\r", "\0", "\u00ff", "\n\n");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Gen.ArrayOf(pieces).ToArbitrary(), parts =>
        {
            var text = string.Concat(parts).Replace("\r\n", "\n").Replace("\r\n", "\n").Replace("\r\n", "\n");
            if (text.Contains("\r\n", StringComparison.Ordinal)) return true;
            var parsed = HeaderParser.Parse(text, HeaderLimits.Default);
            var blank = parsed.Problem == HeaderProblem.None ? "\n" : "";
            return (parsed.Headers.ToText() + blank + text[parsed.BodyStart..]).TrimEnd('\n') == text.TrimEnd('\n');
        }));
    }
}
