using System.Text;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Reception;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Reception;

/// <summary>Header sections and envelopes as Exim 4.96 makes them for the same input and caller.</summary>
public sealed class LocalSubmissionTests
{
    const uint Nobody = 65534;

    static SubmissionRequest Root(params string[] recipients) => new() { CallerUid = 0, CallerGid = 0, Recipients = [.. recipients] };

    static async Task<(SubmissionResult Result, StoredMessage? Message, string Body, string Log)> SubmitAsync(SubmissionRequest request, string message, string configuration = "")
    {
        await using var fixture = await ReceptionFixture.OfAsync(configuration);
        using var input = new MemoryStream(Latin1.Encode(message));
        var result = await new LocalSubmission(fixture.Spool, () => fixture.Rules, fixture.Ids).AcceptAsync(request, input, CancellationToken.None);
        var stored = await fixture.StoredAsync();
        return (result, stored.FirstOrDefault().Message, stored.FirstOrDefault().Body ?? "", fixture.Log());
    }

    static string[] Names(StoredMessage? message) => [.. message!.Headers.Fields.Select(f => f.Name)];

    static string Recipients(StoredMessage? message) => string.Join(' ', message!.Envelope.Recipients.Select(r => r.Address));

    [Fact]
    public async Task What_sendmails_options_ask_of_notifications_and_the_body_goes_with_the_message()
    {
        var (_, message, _, _) = await SubmitAsync(Root("a@b.c", "d@e.f") with { DsnNotify = "failure,delay", DsnReturn = "hdrs", DsnEnvelopeId = "QQ314", BodyType = "8bitmime" }, "Subject: x\n\nbody\n");
        Assert.All(message!.Envelope.Recipients, r => Assert.Equal("FAILURE,DELAY", r.Notify));
        Assert.Equal(("HDRS", "QQ314", "8"), (message.Envelope.Facts["dsn_ret"], message.Envelope.Facts["dsn_envid"], message.Envelope.Facts["body_8bitmime"]));
    }

    [Fact]
    public async Task A_message_gets_what_is_missing_and_ends_at_a_single_dot()
    {
        var (result, message, body, log) = await SubmitAsync(Root("a@b.c") with { Sender = "u@v.w" }, "Subject: x\nTo: a, b@c.d\n\nbody\n.\nmore\n");
        Assert.Equal((message!.Envelope.Id, ExitCode.Ok, ""), (result.Id, result.ExitCode, result.ErrorText));
        Assert.Equal(["Received", "Subject", "To", "Message-Id", "From", "Date"], Names(message));
        Assert.Equal(" a@qd.example, b@c.d", message.Headers.First("To")!.Body);
        Assert.Equal(" u@v.w", message.Headers.First("From")!.Body);
        Assert.StartsWith($" from root by mx.test.example with local (ScriptMta 0.1.0)\n\t(envelope-from <u@v.w>)\n\tid {message.Envelope.Id}\n\tfor a@b.c;\n\t", message.Headers.First("Received")!.Body, StringComparison.Ordinal);
        Assert.Equal("body\r\n", body);
        Assert.Contains("<= u@v.w U=root P=local S=", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_null_sender_is_put_into_no_From()
    {
        var (_, message, _, log) = await SubmitAsync(Root("a@b.c") with { Sender = "<>" }, "Subject: x\n\nbody\n");
        Assert.Equal(["Received", "Subject", "Message-Id", "Date"], Names(message));
        Assert.DoesNotContain("id=", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_tells_a_message_id_that_came_with_the_message() =>
        Assert.Contains(" id=own@x.y", (await SubmitAsync(Root("a@b.c"), "Message-ID: <own@x.y>\n\nbody\n")).Log, StringComparison.Ordinal);

    [Fact]
    public async Task With_i_a_dot_is_text() =>
        Assert.Equal("body\r\n.\r\n..\r\nmore\r\n", (await SubmitAsync(Root("a@b.c") with { DotIsData = true }, "Subject: x\n\nbody\n.\n..\nmore")).Body);

    [Fact]
    public async Task CRLF_and_lone_CR_are_line_ends_too() =>
        Assert.Equal("one\r\ntwo\r\nthree\r\n", (await SubmitAsync(Root("a@b.c"), "Subject: x\r\n\r\none\r\ntwo\rthree\n")).Body);

    [Fact]
    public async Task With_t_recipients_come_from_the_header_and_Bcc_goes()
    {
        var (_, message, _, _) = await SubmitAsync(Root() with { ExtractRecipients = true }, "From: me@x.y\nTo: a@b.c\nBcc: d@e.f\nCc: g\n\nbody\n");
        Assert.Equal("a@b.c g@qd.example d@e.f", string.Join(' ', Recipients(message).Split(' ').Order(StringComparer.Ordinal).Prepend("").Skip(1).OrderBy(r => r == "d@e.f")));
        Assert.Equal(["Received", "From", "To", "Cc", "Message-Id", "Date"], Names(message));
        Assert.Equal(" g@qd.example", message!.Headers.First("Cc")!.Body);
    }

    [Fact]
    public async Task With_t_addresses_on_the_command_line_are_left_out() =>
        Assert.Equal("z@q.r", Recipients((await SubmitAsync(Root("a@b.c") with { ExtractRecipients = true }, "To: a@b.c, z@q.r\n\nbody\n")).Message));

    [Fact]
    public async Task Or_added_where_the_option_says_so() =>
        Assert.Equal("a@b.c z@q.r", Recipients((await SubmitAsync(Root("a@b.c") with { ExtractRecipients = true }, "To: z@q.r\n\nbody\n", "extract_addresses_remove_arguments = false\n")).Message));

    [Fact]
    public async Task With_t_resent_recipients_replace_the_others()
    {
        var (_, message, _, _) = await SubmitAsync(Root() with { ExtractRecipients = true }, "Resent-To: q@r.s\nTo: a@b.c\nFrom: x@y.z\nDate: Sat, 21 Nov 2026 05:57:41 +0000\n\nx\n");
        Assert.Equal("q@r.s", Recipients(message));
        Assert.Equal(["Received", "Resent-Date", "Resent-Message-Id", "Resent-To", "To", "From", "Date", "Resent-From"], Names(message));
    }

    [Theory]
    [InlineData("Subject: z\n\nbody\n", "no recipients found in headers")]
    [InlineData("To: a@@\n\nx\n", "bad recipient address \"a@@\": *")]
    public async Task With_t_a_message_for_nobody_is_refused(string text, string error)
    {
        var (result, message, _, _) = await SubmitAsync(Root() with { ExtractRecipients = true }, text);
        Assert.Null(message);
        Assert.Equal(ExitCode.DataError, result.ExitCode);
        Assert.StartsWith(error.TrimEnd('*'), result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_From_line_names_the_sender_and_goes()
    {
        var (_, message, _, _) = await SubmitAsync(Root("a@b.c"), "From jack@x.y Sat Nov 21 10:00:00 2026\nSubject: z\n\nbody\n");
        Assert.Equal("jack@x.y", message!.Envelope.Sender.ToString());
        Assert.Equal(["Received", "Subject", "Message-Id", "From", "Date"], Names(message));
    }

    [Fact]
    public async Task Text_without_a_header_is_all_body()
    {
        var (_, message, body, _) = await SubmitAsync(Root("a@b.c"), "just text\nmore\n");
        Assert.Equal(["Received", "Message-Id", "From", "Date"], Names(message));
        Assert.Equal("just text\r\nmore\r\n", body);
        Assert.Equal(" root <root@qd.example>", message!.Headers.First("From")!.Body);
    }

    [Theory]
    [InlineData("Full Name", " Full Name <u@v.w>")]
    [InlineData("Full N. Name", " \"Full N. Name\" <u@v.w>")]
    public async Task A_name_on_the_command_line_goes_into_From(string name, string from) =>
        Assert.Equal(from, (await SubmitAsync(Root("a@b.c") with { Sender = "u@v.w", FullName = name }, "Subject: z\n\n")).Message!.Headers.First("From")!.Body);

    [Fact]
    public async Task An_untrusted_caller_cannot_be_somebody_else()
    {
        if (Users.geteuid() == Nobody) return;
        var request = new SubmissionRequest { CallerUid = Nobody, CallerGid = Nobody, Recipients = ["a@b.c"], Sender = "x@y.z" };
        var (_, message, _, _) = await SubmitAsync(request, "From: Other <o@p.q>\nSender: s@t.u\nSubject: z\n\nbody\n");
        Assert.Equal("nobody@qd.example", message!.Envelope.Sender.ToString());
        Assert.Equal(["Received", "From", "Subject", "Message-Id", "Sender", "Date"], Names(message));
        Assert.Contains("nobody@qd.example", message.Headers.First("Sender")!.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unless_a_rule_lets_it()
    {
        var request = new SubmissionRequest { CallerUid = Nobody, CallerGid = Nobody, Recipients = ["a@b.c"], Sender = "x@y.z" };
        Assert.Equal("x@y.z", (await SubmitAsync(request, "\n", "untrusted_set_sender = *@y.z\n")).Message!.Envelope.Sender.ToString());
        Assert.True((await SubmitAsync(request with { Sender = "<>" }, "\n")).Message!.Envelope.Sender.IsNull);
    }

    [Fact]
    public async Task The_non_SMTP_ACL_may_refuse_and_add()
    {
        const string rules = "acl_not_smtp = check\nbegin acl\ncheck:\n  deny condition = ${if eq{$h_subject:}{bad}}\n    message = not this\n  accept add_header = X-Checked: $recipients\n";
        var (result, message, _, log) = await SubmitAsync(Root("a@b.c"), "Subject: bad\n\n", rules);
        Assert.Equal((null, ExitCode.Failure, "message rejected by non-SMTP ACL: not this"), (result.Id, result.ExitCode, result.ErrorText));
        Assert.Null(message);
        Assert.Contains(" F=<root@qd.example> rejected by non-SMTP ACL: not this", log, StringComparison.Ordinal);
        Assert.Equal(" a@b.c", (await SubmitAsync(Root("a@b.c"), "Subject: good\n\n", rules)).Message!.Headers.First("X-Checked")!.Body);
    }

    [Fact]
    public async Task Bs_is_an_SMTP_session_of_a_local_caller()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\n");
        using var input = new MemoryStream(Encoding.Latin1.GetBytes("HELO x\nMAIL FROM:<a@b.c>\nRCPT TO:<d>\nDATA\nSubject: x\n\n..\n.\nQUIT\n"));
        using var output = new MemoryStream();
        await new LocalSubmission(fixture.Spool, () => fixture.Rules, fixture.Ids).ConverseAsync(Root(), input, output, CancellationToken.None);
        var codes = Encoding.Latin1.GetString(output.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(l => l[..3]);
        Assert.Equal(["220", "250", "250", "250", "354", "250", "221"], codes);
        var (message, body) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal(("a@b.c", "d@qd.example", ".\r\n", "local-smtp"), (message.Envelope.Sender.ToString(), Recipients(message), body, message.Envelope.Facts["received_protocol"]));
    }
}
