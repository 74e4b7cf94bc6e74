using ScriptMta.Common;
using ScriptMta.Reception;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Reception;

/// <summary>Local messages that an ACL refuses, told as Exim 4.96 tells it: standard error and exit status, or a message to the sender. (-bh, and with it the dialogues, cannot show acl_not_smtp.)</summary>
public sealed class RefusedSubmissionTests
{
    const string Message = "From: a@b.example\nTo: x@y.example\nSubject: hello\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment; filename=run.exe\n\nthe body\n--b--\n";

    /// <summary>Reports come with the null sender and are let in.</summary>
    const string Refusing = "acl_not_smtp = whole\nbegin acl\nwhole:\n  accept senders = :\n  deny message = no thanks\n    log_message = why not\n";

    static async Task<(SubmissionResult Result, List<(StoredMessage Message, string Body)> Stored, string Log)> SubmitAsync(string rules, char mode, string? sender = "s@b.example", string message = Message)
    {
        await using var fixture = await ReceptionFixture.OfAsync(rules);
        using var input = new MemoryStream(Latin1.Encode(message));
        var request = new SubmissionRequest { CallerUid = 0, CallerGid = 0, Recipients = ["x@y.example"], Sender = sender, ErrorMode = mode };
        var result = await new LocalSubmission(fixture.Spool, () => fixture.Rules, fixture.Ids).AcceptAsync(request, input, CancellationToken.None);
        if (Directory.Exists(Path.Combine(fixture.Directory, "scan"))) Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(fixture.Directory, "scan")));
        return (result, [.. (await fixture.StoredAsync()).Select(s => (s.Message, s.Body))], fixture.Log());
    }

    [Theory]
    [InlineData("deny message = no thanks\n    log_message = why not", "message rejected by non-SMTP ACL: no thanks", "rejected by non-SMTP ACL: why not")]
    [InlineData("deny", "message rejected by non-SMTP ACL: local configuration problem", "rejected by non-SMTP ACL")]
    [InlineData("defer message = later", "message rejected by non-SMTP ACL: later", "rejected by non-SMTP ACL: later")]
    [InlineData("drop message = gone", "message rejected by non-SMTP ACL: gone", "rejected by non-SMTP ACL: gone")]
    [InlineData("accept domains = x", "message rejected by non-SMTP ACL: local configuration problem", "rejected by non-SMTP ACL: cannot test domains condition in non-SMTP ACL")]
    public async Task The_caller_is_told(string rule, string text, string log)
    {
        foreach (var mode in "pq")
        {
            var (result, stored, lines) = await SubmitAsync($"acl_not_smtp = whole\nbegin acl\nwhole:\n  {rule}\n", mode);
            Assert.Equal((null, ExitCode.Failure, text), (result.Id, result.ExitCode, result.ErrorText));
            Assert.Empty(stored);
            Assert.Contains($" F=<s@b.example> {log}", lines, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData('m', ExitCode.Failure)]
    [InlineData('w', ExitCode.Failure)]
    [InlineData('e', ExitCode.Ok)]
    public async Task The_sender_is_written_to(char mode, int status)
    {
        var (result, stored, log) = await SubmitAsync(Refusing, mode);
        Assert.Equal((null, status, ""), (result.Id, result.ExitCode, result.ErrorText));
        var (report, body) = Assert.Single(stored);
        Assert.Equal(("", "s@b.example"), (report.Envelope.Sender.ToString(), report.Envelope.Recipients.Single().Address.ToString()));
        Assert.Equal(" Mail failure - rejected by local scanning code", report.Headers.First("Subject")!.Body);
        Assert.Equal(" auto-replied", report.Headers.First("Auto-Submitted")!.Body);
        Assert.StartsWith("A message that you sent was rejected by the local scanning code that\r\nchecks incoming messages on this system. The following error was given:\r\n\r\n  no thanks\r\n\r\n------ This is a copy of your message, including all the headers. ------\r\n\r\nReceived: ", body, StringComparison.Ordinal);
        Assert.Contains("\r\nSubject: hello\r\n", body, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n--b\r\nContent-Disposition: attachment; filename=run.exe\r\n\r\nthe body\r\n--b--\r\n", body, StringComparison.Ordinal);
        Assert.Contains("rejected by non-SMTP ACL: why not", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_written_to_where_there_is_no_sender()
    {
        var (result, stored, log) = await SubmitAsync(Refusing.Replace("  accept senders = :\n", "", StringComparison.Ordinal), 'm', sender: "<>");
        Assert.Equal((ExitCode.Failure, ""), (result.ExitCode, result.ErrorText));
        Assert.Empty(stored);
        Assert.Contains("Error while reading message with no usable sender address: rejected by non-SMTP ACL: no thanks", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_is_refused_itself_ends_there()
    {
        var (result, stored, log) = await SubmitAsync(Refusing.Replace("  accept senders = :\n", "", StringComparison.Ordinal), 'e');
        Assert.Equal(ExitCode.Failure, result.ExitCode);
        Assert.Empty(stored);
        Assert.Contains("with no usable sender address", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_body_is_cut_in_the_report()
    {
        var (_, stored, _) = await SubmitAsync(Refusing, 'm', message: "Subject: x\n\n" + new string('y', 200_000) + "\n");
        Assert.InRange(Assert.Single(stored).Body.Length, 102_400, 104_400);
        Assert.Contains("------ No more than 102400 characters of the body are included.", stored[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_MIME_ACL_decides_for_local_messages_too()
    {
        const string Rules = "acl_not_smtp_mime = parts\nacl_not_smtp = accept logwrite = whole n=$mime_part_count\nbegin acl\nparts:\n  deny condition = ${if match{$mime_filename}{exe}}\n    message = no programs\n  accept logwrite = part $mime_part_count $mime_content_type\n    decode = default\n";
        var (result, stored, log) = await SubmitAsync(Rules.Replace("$mime_part_count\nbegin", "\nbegin", StringComparison.Ordinal), 'p');
        Assert.Equal((ExitCode.Failure, "message rejected by MIME ACL: no programs"), (result.ExitCode, result.ErrorText));
        Assert.Empty(stored);
        Assert.Contains(" F=<s@b.example> rejected by MIME ACL: no programs", log, StringComparison.Ordinal);
        (result, stored, log) = await SubmitAsync("acl_not_smtp = whole\nacl_not_smtp_mime = parts\nbegin acl\nwhole:\n  accept logwrite = whole n=$mime_part_count\nparts:\n  discard\n", 'p');
        Assert.Equal((ExitCode.Ok, 0), (result.ExitCode, stored.Count));
        Assert.Contains("whole n=", log, StringComparison.Ordinal);
        Assert.Contains("=> blackhole (MIME ACL discarded recipients)", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_acl_not_smtp_start_says_refuses_nothing()
    {
        var (result, stored, _) = await SubmitAsync("acl_not_smtp_start = start\nbegin acl\nstart:\n  deny set acl_m0 = seen\n    message = no\n", 'p');
        Assert.Equal((ExitCode.Ok, 1), (result.ExitCode, stored.Count));
        Assert.EndsWith("seen", stored[0].Message.Envelope.Facts["acl_m0"], StringComparison.Ordinal);
    }
}
