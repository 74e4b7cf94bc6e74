using ScriptMta.Mail;

namespace ScriptMta.Tests.Mail;

public class DeliveryReportTests
{
    static readonly ReportFacts Facts = new()
    {
        Id = new("1xUeHN-00000006BD2-2O00"), Now = new(2026, 11, 21, 6, 8, 53, TimeSpan.Zero), Host = "mx.example.com",
        From = "Mail Delivery System <Mailer-Daemon@example.com>", To = new("joe", "example.org"), OriginalSender = new("joe", "example.org"),
        OriginalHeaders = HeaderParser.Parse("Message-Id: <1@x>\nReferences: <0@x>\nSubject: hello\n\n", HeaderLimits.Default).Headers,
        Boundary = "BOUND",
    };

    static readonly ReportedRecipient Gone = new(new("gone", "example.net"), "host mx.example.net said:\n550 no such user", "5.1.1")
    {
        RemoteHost = "mx.example.net", Diagnostic = "550 no such user\r\nX-Forged: yes", OriginalRecipient = "rfc822;gone@example.net",
    };

    [Fact]
    public void A_bounce_is_a_multipart_report()
    {
        var built = DeliveryReport.Build(ReportKind.Failed, Facts, [Gone]);
        Assert.Equal("""
            X-Failed-Recipients: gone@example.net
            Auto-Submitted: auto-replied
            From: Mail Delivery System <Mailer-Daemon@example.com>
            To: joe@example.org
            References: <0@x>
             <1@x>
            Content-Type: multipart/report; report-type=delivery-status;
            	boundary="BOUND"
            MIME-Version: 1.0
            Subject: Mail delivery failed: returning message to sender
            Message-Id: <E1xUeHN-00000006BD2-2O00@mx.example.com>
            Date: Sat, 21 Nov 2026 06:08:53 +0000

            """, built.Headers.ToText());
        Assert.Equal("""
            --BOUND
            Content-type: text/plain; charset=us-ascii

            This message was created automatically by mail delivery software.

            A message that you sent could not be delivered to one or more of its
            recipients. This is a permanent error. The following address(es) failed:

              gone@example.net
                host mx.example.net said:
                550 no such user

            --BOUND
            Content-type: message/delivery-status

            Reporting-MTA: dns; mx.example.com

            Original-Recipient: rfc822;gone@example.net
            Action: failed
            Final-Recipient: rfc822;gone@example.net
            Status: 5.1.1
            Remote-MTA: dns; mx.example.net
            Diagnostic-Code: smtp; 550 no such user X-Forged: yes

            --BOUND
            Content-type: message/rfc822


            """.Replace("\n", "\r\n"), built.Prefix);
        Assert.Equal("\r\n--BOUND--\r\n", built.Suffix);
        Assert.True(built.TakesOriginal);
    }

    [Fact]
    public void A_warning_says_how_long_and_until_when()
    {
        var built = DeliveryReport.Build(ReportKind.Delayed, Facts with { Waited = "24 hours", OriginalId = "1xUeHN-00000006BD2-2O01", Returned = ReturnedContent.Headers },
            [Gone with { WillRetryUntil = Facts.Now.AddDays(3) }]);
        Assert.Equal("Warning: message 1xUeHN-00000006BD2-2O01 delayed 24 hours", built.Headers.First("Subject")!.Value);
        Assert.Contains("Action: delayed\r\n", built.Prefix);
        Assert.Contains("Will-Retry-Until: Tue, 24 Nov 2026 06:08:53 +0000\r\n", built.Prefix);
        Assert.EndsWith("Content-type: text/rfc822-headers\r\n\r\n", built.Prefix);
        Assert.DoesNotContain(built.Headers.Fields, f => f.Is("X-Failed-Recipients"));
    }

    [Fact]
    public void Without_the_original_the_report_closes_itself()
    {
        var built = DeliveryReport.Build(ReportKind.Failed, Facts with { Returned = ReturnedContent.None }, [Gone]);
        Assert.False(built.TakesOriginal);
        Assert.EndsWith("yes\r\n\r\n--BOUND--\r\n", built.Prefix + built.Suffix);
    }

    [Fact]
    public void No_text_from_outside_begins_a_line_of_its_own()
    {
        var evil = new ReportedRecipient(new("a\r\nBcc: x@y", "b"), "x\r\n--BOUND--\r\n.\r\n", "5.0.0");
        var built = DeliveryReport.Build(ReportKind.Failed, Facts with { From = "a\nBcc: q@r" }, [evil]);
        Assert.False(built.Headers.Has("Bcc"));
        Assert.DoesNotContain("\nBcc:", built.Headers.ToText() + built.Prefix);
        Assert.DoesNotContain("\n--BOUND--", built.Prefix);
    }

    [Fact]
    public void An_automatic_answer_refers_to_what_it_answers()
    {
        var built = AutoReply.Build(new()
        {
            Id = Facts.Id, Now = Facts.Now, Host = Facts.Host, From = "me@example.com", To = "joe@example.org\nBcc: x@y", Subject = "Re: h\u00c3\u00a9",
            ExtraHeaders = "X-Priority: 1\nX-Two: a\n b\n", Text = "I am away.\nBye", OriginalHeaders = Facts.OriginalHeaders,
        });
        Assert.Equal("""
            From: me@example.com
            To: joe@example.org Bcc: x@y
            Subject: =?UTF-8?Q?Re=3A_h=C3=A9?=
            In-Reply-To: <1@x>
            References: <0@x>
             <1@x>
            Auto-Submitted: auto-replied
            Message-Id: <E1xUeHN-00000006BD2-2O00@mx.example.com>
            Date: Sat, 21 Nov 2026 06:08:53 +0000
            X-Priority: 1
            X-Two: a
             b

            """, built.Headers.ToText());
        Assert.Equal("I am away.\r\nBye\r\n", built.Prefix);
    }
}
