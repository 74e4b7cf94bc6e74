using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Filtering;
using ScriptMta.Language;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Fuzz;

/// <summary>Each parser alone: no exception, no hang, and no depth that ends the process.</summary>
public sealed class ParserFuzzTests
{
    const string TemplateWords = "${ $ { } : ${if ${lc: ${extract ${lookup ${sg ${map{ ${reduce ${if_and{{ ${if_or{{ ${if_!eq{ eq{ !def: def:h_ $h_subject: ${h_x: \\N \\x41 \\ $1 ${local_part lsearch{ yes no {a}{b} , ; 1 { } ${substr_ ${hash_ ${length_3: ${listextract{ ${if_match{";

    [Fact]
    public void Templates() => Inputs.Try(TemplateWords, static text => _ = Template.Parse(text, SourceLocation.BuiltIn("fuzz")).SyntaxError);

    [Fact]
    public void Filters() => Inputs.Try(
        "if then elif else endif not and or ( ) \" \\ ~ _ # $h_subject: $n1 is contains matches begins above first_delivery foranyaddress deliver save mail to subject text seen unseen finish { } ${ headers add error_message personal alias vacation testprint /* 1k",
        static text => FilterProgram.Parse("# Exim filter\n" + text, "fuzz", FilterRules.User, out _));

    [Fact]
    public void Addresses() => Inputs.Try("( ) < > @ , : ; \" \\ a b.c . [ ] @a,@b: _ ~ \u00e9 % ! | / =?utf-8?q?x?= [127.0.0.1]", static text =>
    {
        AddressParser.TryParseOne(text, AddressRules.Default, out _, out _);
        AddressParser.TryParsePath(text, AddressRules.Default, out var path, out _);
        if (path.LocalPart is { } local) Assert.DoesNotContain('\n', local);
        _ = AddressParser.ParseList(text, AddressRules.Default).Count();
    });

    [Fact]
    public void Redirection_lists() => Inputs.Try("( ) < > @ , : ; \" \\ a@b ~ # | / :include: :fail: :defer: :blackhole: :unknown: _ \\user |\"cmd_x\" /file", static text => _ = RedirectListGrammar.Read(text).Count);

    [Fact]
    public void Headers() => Inputs.Try("Subject: From: a: : _ ~ ~_ =?utf-8?q? ?= =?utf-8?b?AAAA?= ; name= name*0*= \" \\ ( ) multipart/mixed; boundary= charset", static text =>
    {
        var headers = HeaderParser.Parse(text, HeaderLimits.Default).Headers;
        _ = headers.ToText();
        _ = ContentParameters.Parse(text);
    });

    [Fact]
    public void Configurations() => Inputs.Try("begin_ acl routers transports retry rewrite ~ = _ : .ifdef .endif .else .elifdef A A=A B==A driver accept deny condition hide domainlist a \" \\ \\~ # , + ! acl_smtp_rcpt no_ /", static text =>
    {
        var problems = new ProblemList();
        ConfigurationReader.ReadText(text, "fuzz.conf", new(), problems);
    });

    [Fact]
    public void Dns_messages()
    {
        byte[] seed = [0, 1, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 1, 3, (byte)'a', (byte)'b', (byte)'c', 0, 0, 15, 0, 1, 0xc0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, 4, 0, 10, 0xc0, 12, 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 3, 2, (byte)'h', (byte)'i', 0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0];
        var random = new Random(5);
        Inputs.Try("\u00c0\u000c \u0001a \u003f \u00ff \u0000\u000f \u0000\u0001", text =>
        {
            DnsMessage.TryDecode(Latin1.Encode(text));
            var bytes = (byte[])seed.Clone();
            for (var i = random.Next(1, 6); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            DnsMessage.TryDecode(bytes);
            DnsMessage.TryDecode(bytes.AsSpan(0, random.Next(bytes.Length)));
        });
    }
}
