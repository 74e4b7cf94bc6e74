using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Mail;

public class MimeTests
{
    static MimeTree Tree(string message, MimeLimits? limits = null)
    {
        var parsed = HeaderParser.Parse(message, HeaderLimits.Default);
        return MimeReader.Read(parsed.Headers, Body(message), limits ?? MimeLimits.Default);
    }

    static MemoryStream Body(string message) => new(Latin1.Encode(message[HeaderParser.Parse(message, HeaderLimits.Default).BodyStart..]));

    static string Decoded(MimePart part, string message)
    {
        using var result = new MemoryStream();
        part.OpenDecoded(Body(message)).CopyTo(result);
        return Latin1.Decode(result.ToArray());
    }

    /// <summary>type(children) with each leaf's raw body in quotes.</summary>
    static string Shape(MimePart part, string message) => part.Children.Length > 0
        ? $"{part.ContentType}({string.Join(' ', part.Children.Select(c => Shape(c, message)))})"
        : $"{part.ContentType}'{Latin1.Decode(Body(message).ToArray().AsSpan((int)part.Start, (int)part.Length)).Replace("\r", "")}'";

    const string Mixed = """
        Content-Type: multipart/mixed; boundary="out er"

        preamble
        --out er
        Content-Type: text/html

        one
        --in
        --out er
        Content-Type: multipart/alternative; boundary=in

        --in

        two
        --in  
        X: y
        not a header
        --in--
        epilogue
        --out er
        Content-Type: message/rfc822

        Subject: inner
        Content-Type: multipart/mixed; boundary=deep

        --deep
        three

        --out er--
        end
        """;

    [Theory]
    [InlineData(false), InlineData(true)]
    public void A_tree_has_the_parts_of_the_message(bool crlf)
    {
        var message = crlf ? Mixed.Replace("\n", "\r\n") : Mixed;
        Assert.Equal("multipart/mixed(text/html'one\n--in' multipart/alternative(text/plain'two' text/plain'not a header') message/rfc822(multipart/mixed(text/plain'three\n')))",
            Shape(Tree(message).Root, message));
        Assert.Null(Tree(message).Problem);
        Assert.Equal("inner", Tree(message).Root.All.Single(p => p.Headers.Has("Subject")).Headers.First("Subject")!.Value);
        Assert.Equal(8, Tree(message).Root.All.Count());
    }

    [Theory]
    [InlineData("text/plain; charset=utf-8; x=\"a;b\\\"c\" (comment; y=1); z = q ", "text/plain", "charset=utf-8|x=a;b\"c|z=q")]
    [InlineData("text/plain; name*=utf-8'en'%e2%82%ac%20rates; name=old", "text/plain", "name=€ rates")]
    [InlineData("x/y; f*0*=iso-8859-1''a%e9; f*1=\"b c\"; f*2*=%e9; f*4=lost", "x/y", "f=aéb cé")]
    [InlineData("x/y; f*1=b; f*0=a; f*0=evil", "x/y", "f=ab")]
    [InlineData("x/y; f=one; f=two; F=three", "x/y", "f=one")]
    [InlineData("x/y; =v; noequals; \"q\"=r; a=b", "x/y", "a=b")]
    [InlineData("(c) Text/HTML (d)\n\t; a\n =\n \"b\n c\"", "text/html", "a=b c")]
    [InlineData("", "", "")]
    [InlineData("x; a=\"unclosed", "x", "a=unclosed")]
    public void Parameters_are_read_with_their_continuations_and_charsets(string text, string main, string values)
    {
        var parsed = ContentParameters.Parse(text);
        Assert.Equal(main, parsed.Main);
        Assert.Equal(values, string.Join('|', parsed.Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={Latin1.ToUnicode(v.Value)}")));
    }

    [Fact]
    public void A_file_name_that_is_cut_into_pieces_is_put_together()
    {
        var part = Tree("Content-Disposition: attachment;\r\n filename*0=\"invoice.\";\r\n filename*1=\"ex\";\r\n filename*2*=%65\r\nContent-Type: application/x; name=\"=?utf-8?Q?invoice.pdf?=\"\r\n\r\nx").Root;
        Assert.Equal("invoice.exe", part.FileName);
        Assert.Equal(["invoice.exe", "invoice.pdf"], part.FileNames);
        Assert.Equal("attachment", part.Disposition);
    }

    [Theory]
    [InlineData("base64", "aGVsbG8gd29y\r\nbGQ=", "hello world")]
    [InlineData("BASE64", "aGVs-bG8=\n=IQ", "hello!")]
    [InlineData("base64", "", "")]
    [InlineData("base64", "a", "")]
    [InlineData("quoted-printable", "a=3Db =E9=\r\nc  \r\nd=  \ne=zz=", "a=b \u00e9c\r\nde=zz=")]
    [InlineData("quoted-printable", "trailing \t ", "trailing")]
    [InlineData("8bit", "a=3D", "a=3D")]
    [InlineData("x-unknown", "a=3D", "a=3D")]
    public void Transfer_encodings_are_taken_off(string encoding, string body, string expected)
    {
        var message = $"Content-Transfer-Encoding: {encoding}\n\n{body}";
        Assert.Equal(expected, Decoded(Tree(message).Root, message));
    }

    [Fact]
    public void Large_bodies_decode_the_same_in_pieces()
    {
        var bytes = new byte[100_000];
        new Random(3).NextBytes(bytes);
        var base64 = "Content-Transfer-Encoding: base64\n\n" + Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks);
        Assert.Equal(Latin1.Decode(bytes), Decoded(Tree(base64).Root, base64));
        var quoted = new StringBuilder("Content-Transfer-Encoding: quoted-printable\n\n");
        for (var i = 0; i < bytes.Length; i++) quoted.Append($"={bytes[i]:X2}").Append(i % 20 == 19 ? "=\r\n" : "");
        Assert.Equal(Latin1.Decode(bytes), Decoded(Tree(quoted.ToString()).Root, quoted.ToString()));
    }

    [Fact]
    public void Depth_and_number_of_parts_are_limited_and_the_limit_is_told()
    {
        var deep = new StringBuilder();
        for (var i = 0; i < 5000; i++) deep.Append($"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n");
        Assert.Equal("parts nested more than 30 deep", Tree(deep.ToString()).Problem);
        var inner = string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\n\n", 5000));
        Assert.Equal("parts nested more than 30 deep", Tree(inner).Problem);
        var wide = "Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat("--b\n\nx\n", 50_000));
        Assert.Equal("more than 2000 parts", Tree(wide).Problem);
        Assert.Equal(2000, Tree(wide).Root.All.Count());
        var header = "Content-Type: multipart/mixed; boundary=b\n\n--b\nX: " + new string('x', 1_000_000) + "\n\nbody\n--b--\n";
        Assert.StartsWith("a part's header section of more than", Tree(header).Problem);
    }

    [Fact]
    public void Any_text_has_a_tree_whose_parts_lie_inside_it()
    {
        var pieces = Gen.Elements("--b", "--c", "--", "\n", "\r\n", "\n\n", "Content-Type: ", "multipart/mixed; boundary=b", "multipart/x; boundary=c", "message/rfc822", "x", "=", "\"", ";", "filename*0*=", "%", "'", "(", "\\");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1500), Prop.ForAll(Gen.ArrayOf(pieces).ToArbitrary(), parts =>
        {
            var message = "Content-Type: multipart/mixed; boundary=b\n" + string.Concat(parts);
            var length = Body(message).Length;
            foreach (var part in Tree(message).Root.All)
            {
                if (part.Start < 0 || part.Length < 0 || part.Start + part.Length > length) return false;
                _ = (Decoded(part, message), part.FileName, part.Charset);
            }
            return true;
        }));
    }
}
