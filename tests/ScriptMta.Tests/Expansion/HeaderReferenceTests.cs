using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Expansion;

/// <summary>Headers and message variables against what exim4 -bem printed for the same message.</summary>
public sealed class HeaderReferenceTests
{
    const string Message = """
        From: =?utf-8?q?J=C3=B6rg?= <a@b.c>
        To: x@y.z,
         w@v.u
        To: second@x
        Subject: one
        Subject:   two =?iso-8859-1?q?=E9?=
         folded
        Reply-To:
        X-Empty:
        X-List: a:b
        X-List: c
        X-Long: =?utf-8?q?a?= =?utf-8?q?b?=
        X-Bad: =?nope?q?a?=
        X-Null: =?utf-8?q?a=00b?=
        Received: r1
        Received: r2
         more
        Cc: c1@x
        """;

    [Theory]
    [InlineData("<$h_from:>", "<Jörg <a@b.c>>")]
    [InlineData("<$rh_from:>", "< =?utf-8?q?J=C3=B6rg?= <a@b.c>\n>")]
    [InlineData("<$lh_from:>", "< =?utf-8?q?J=C3=B6rg?= <a@b.c>>")]
    [InlineData("<$h_to:>", "<x@y.z,\n w@v.u,\nsecond@x>")]
    [InlineData("<$rh_to:>", "< x@y.z,\n w@v.u\n second@x\n>")]
    [InlineData("<$lh_to:>", "< x@y.z,\n w@v.u: second@x>")]
    [InlineData("<$h_subject:>", "<one\ntwo é\n folded>")]
    [InlineData("<$lh_subject:>", "< one:   two =?iso-8859-1?q?=E9?=\n folded>")]
    [InlineData("<$h_x-empty:><$rh_x-empty:>", "<><\n>")]
    [InlineData("<$h_x-list:><$lh_x-list:>", "<a:b\nc>< a::b: c>")]
    [InlineData("<$h_x-long:><$bh_x-long:>", "<ab><ab>")]
    [InlineData("<$h_x-bad:><$bh_x-bad:>", "<a><a>")]
    [InlineData("<$h_x-null:>", "<a?b>")]
    [InlineData("<$h_received:>", "<r1\nr2\n more>")]
    [InlineData("<$header_cc:><$h_none:><$h_CC:x>", "<c1@x><><c1@xx>")]
    [InlineData("$reply_address", "=?utf-8?q?J=C3=B6rg?= <a@b.c>")]
    [InlineData("$received_count", "2")]
    [InlineData("${if def:h_x-empty:{y}{n}}${if def:h_none:{y}{n}}${if eq{$h_x-list:}{}{y}{n}}", "ynn")]
    [InlineData("$message_body|$message_body_end", "line one line two  end |line two  end ")]
    public void Header_and_body_references_print_what_Exim_prints(string template, string expected) =>
        Assert.Equal(expected, Latin1.ToUnicode(ExpansionFixture.Be(template, Context())));

    [Fact]
    public void Bytes_reference_does_not_translate_the_character_set() => Assert.Equal("one\ntwo \u00e9\n folded", ExpansionFixture.Be("$bh_subject:", Context()));

    [Fact]
    public void All_headers_are_decoded_or_raw()
    {
        Assert.StartsWith("From: J\u00c3\u00b6rg <a@b.c>\nTo: x@y.z,\n w@v.u\n", ExpansionFixture.Be("$message_headers", Context()), StringComparison.Ordinal);
        Assert.Contains("\nSubject:   two \u00e9\n folded\n", ExpansionFixture.Be("$message_headers", Context()), StringComparison.Ordinal); // as bytes, in no one set
        Assert.EndsWith("\nCc: c1@x", ExpansionFixture.Be("$message_headers", Context()), StringComparison.Ordinal);
        Assert.Equal(Message.ReplaceLineEndings("\n") + "\n", ExpansionFixture.Be("$message_headers_raw", Context()));
    }

    [Fact]
    public void Header_text_is_tainted() => Assert.True(Template.Parse("a${lc:$h_cc:}", ExpansionFixture.At).Expand(Context()).Value.IsTainted);

    static ExpansionContext Context()
    {
        var context = ExpansionFixture.Context();
        var fields = new List<HeaderField>();
        foreach (var line in Message.ReplaceLineEndings("\n").Split('\n'))
            if (line[0] == ' ') fields[^1] = fields[^1] with { Body = fields[^1].Body + "\n" + line };
            else fields.Add(new(line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..]));
        context.Message.Headers = new([.. fields]);
        context.Message.BodyStart = _ => "line one\nline two\n\nend\n"u8.ToArray();
        context.Message.BodyEnd = _ => "line two\n\nend\n"u8.ToArray();
        return context;
    }
}
