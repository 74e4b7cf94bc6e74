using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Expansion;

/// <summary>References to headers and bodies, each asked of Debian's Exim ("-bem") and of ours about the same message (headers/message), in several target character sets.</summary>
public sealed class HeaderOracleTests
{
    static readonly string Folder = Path.Combine(Path.GetDirectoryName(ExpansionCases.Folder)!, "headers");

    /// <summary>Counted while a message comes in, which this one does not.</summary>
    static readonly string[] Counted = ["$received_count", "$message_size", "$message_body_size", "$message_linecount", "$body_linecount", "$max_received_linelength"];

    /// <summary>Exim takes the language after a set (RFC 2231 5) for a part of its name.</summary>
    const string WithLanguage = "${rfc2047d:$rh_x-star:}";

    [Theory]
    [InlineData("UTF-8", true)]
    [InlineData("UTF-8", false)]
    [InlineData("ISO-8859-1", true)]
    [InlineData("US-ASCII", true)]
    [InlineData("ISO-8859-2", true)]
    public void References_to_headers_come_to_what_Exim_says(string charset, bool checksLength)
    {
        var templates = File.ReadAllLines(Path.Combine(Folder, "templates"), System.Text.Encoding.Latin1);
        var said = Ask(templates, charset, checksLength);
        Assert.Equal(templates.Length, said.Length);
        var context = Context(charset, checksLength);
        var wrong = templates.Zip(said).Select(pair => (Template: pair.First, Exim: pair.Second, Ours: ExpansionFixture.Be(pair.First, context)))
            .Where(row => row.Exim != row.Ours && !Counted.Contains(row.Template) && row.Template != WithLanguage).Select(row => $"\n{row.Template}\n  Exim {row.Exim}\n  ours {row.Ours}");
        if (string.Concat(wrong) is { Length: > 0 } report) Assert.Fail(Latin1.ToUnicode(report));
    }

    static string[] Ask(string[] templates, string charset, bool checksLength)
    {
        var name = Path.Combine(Path.GetTempPath(), "scriptmta-headers-" + Guid.NewGuid().ToString("N"));
        File.WriteAllText(name + ".conf", $"primary_hostname = mail.example.com\nheaders_charset = {charset}\ncheck_rfc2047_length = {(checksLength ? "true" : "false")}\n");
        File.Copy(Path.Combine(Folder, "message"), name + ".eml");
        try { return ("\n" + Oracle.Run(["-C", name + ".conf", "-bem", name + ".eml"], templates).Output).Split("\n> ")[1..^1]; }
        finally
        {
            File.Delete(name + ".conf");
            File.Delete(name + ".eml");
        }
    }

    static ExpansionContext Context(string charset, bool checksLength)
    {
        var settings = new Dictionary<string, string> { ["headers_charset"] = charset, ["check_rfc2047_length"] = checksLength ? "true" : "false" };
        var context = ExpansionFixture.Context(ExpansionFixture.Environment() with { Settings = settings.ToFrozenDictionary() });
        var lines = Latin1.Decode(File.ReadAllBytes(Path.Combine(Folder, "message"))).Split('\n');
        var fields = new List<HeaderField>();
        foreach (var line in lines.TakeWhile(line => line.Length != 0))
            if (line[0] == ' ') fields[^1] = fields[^1] with { Body = fields[^1].Body + "\n" + line };
            else fields.Add(new(line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..]));
        context.Message.Headers = new([.. fields]);
        var body = Latin1.Encode(string.Join('\n', lines.SkipWhile(line => line.Length != 0).Skip(1)));
        context.Message.BodyStart = context.Message.BodyEnd = _ => body;
        return context;
    }
}
