using System.Text;
using ScriptMta.Mail;
using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Transports;

/// <summary>message_linelength_action = reencode.</summary>
public sealed class LongLineTests
{
    static readonly string Long = string.Concat(Enumerable.Range(0, 400).Select(i => $"word{i} = \u00e9\t")) + "end ";

    [Fact]
    public async Task A_plain_message_becomes_quoted_printable_and_reads_the_same()
    {
        var sent = await SendAsync([], $"first\r\n{Long}\r\n.dot\r\nno end");
        Assert.Contains("\nMIME-Version: 1.0\nContent-Type: text/plain; charset=unknown-8bit\nContent-Transfer-Encoding: quoted-printable\n", sent);
        Assert.Equal($"first\r\n{Long}\r\n.dot\r\nno end\r\n", Decoded(sent, _ => true));
    }

    [Fact]
    public async Task Only_the_part_with_the_long_line_changes()
    {
        var body = $"preamble\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{Long}\r\n--b\r\nContent-Type: text/html\r\n\r\nshort\u00e9\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Convert.ToBase64String(new byte[3000]) + "\r\n--b--\r\nepilogue\r\n";
        var sent = await SendAsync([("MIME-Version", "1.0"), ("Content-Type", "multipart/mixed; boundary=b")], body);
        Assert.Equal(Long, Decoded(sent, p => p.Charset == "iso-8859-1"));
        Assert.Contains("--b\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n", sent);
        Assert.Contains("--b\nContent-Type: text/html\n\nshort\u00e9\n--b\nContent-Transfer-Encoding: base64\n\n", sent);
        Assert.Equal(new string('\0', 3000), Decoded(sent, p => p.TransferEncoding == "base64"));
        Assert.EndsWith("\n--b--\nepilogue\n", sent);
    }

    [Theory]
    [InlineData("multipart/signed; boundary=b", "--b\r\n\r\nLONG\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nsig\r\n--b--\r\n")]
    [InlineData("multipart/mixed; boundary=b", "LONG\r\n--b\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("multipart/mixed; boundary=b", "--b\r\nX-Long: LONG\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("message/partial", "LONG\r\n")]
    public async Task What_must_not_be_encoded_makes_it_fail(string type, string body)
    {
        await using var server = new ScriptedServer();
        await using var bench = Bench(server, [("MIME-Version", "1.0"), ("Content-Type", type)], body.Replace("LONG", new string('x', 1200)));
        Assert.Equal("failed: message has lines too long for transport", await bench.OneAsync("a@remote.test"));
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task A_message_inside_is_opened()
    {
        var sent = await SendAsync([("MIME-Version", "1.0"), ("Content-Type", "message/rfc822")], $"Subject: inner\r\nMIME-Version: 1.0\r\n\r\n{Long}\r\n");
        Assert.Contains("\n\nSubject: inner\nMIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n", sent);
        Assert.Equal(Long + "\r\n", Decoded(sent, p => p.Headers.Has("Subject") && p.Depth > 0));
    }

    [Fact]
    public async Task Another_word_is_an_error()
    {
        await using var bench = new TransportBench("driver = smtp\nhosts = 127.0.0.1\nmessage_linelength_action = wrap\n");
        Assert.Contains("message_linelength_action: must be bounce or reencode", Assert.Single(bench.Problems));
    }

    static TransportBench Bench(ScriptedServer server, (string Name, string Value)[] fields, string body) =>
        new($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\nallow_localhost\nmessage_linelength_action = reencode\n")
        {
            MaxLine = 5000, BodyBytes = Encoding.Latin1.GetBytes(body), Headers = new([HeaderField.Create("From", "x@test.org"), .. fields.Select(f => HeaderField.Create(f.Name, f.Value))]),
        };

    static async Task<string> SendAsync((string, string)[] fields, string body)
    {
        await using var server = new ScriptedServer();
        await using var bench = Bench(server, fields, body);
        Assert.StartsWith("delivered", await bench.OneAsync("a@remote.test"));
        var sent = Assert.Single(server.Messages);
        Assert.All(sent.Split('\n'), line => Assert.InRange(line.Length, 0, 998));
        return sent;
    }

    static string Decoded(string sent, Func<MimePart, bool> which)
    {
        var bytes = Encoding.Latin1.GetBytes(sent.Replace("\n", "\r\n"));
        var parsed = MimeReader.ReadMessage(new MemoryStream(bytes), MimeLimits.Default);
        using var reader = new StreamReader(parsed.Root.All.First(which).OpenDecoded(new MemoryStream(bytes)), Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
