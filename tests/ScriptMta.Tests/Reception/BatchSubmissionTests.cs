using ScriptMta.Common;
using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception;

/// <summary>-bS, beside Exim's.</summary>
public sealed class BatchSubmissionTests
{
    const string Good = "MAIL FROM:<a@b.example>\nRCPT TO:<x@y.example>\nDATA\nSubject: x\n\n..hello\n.\n";

    public static TheoryData<string> Batches =>
    [
        "", Good, Good + Good + "QUIT\nFOO\n", "FOO\n", "MAIL FROM:<a@b.example", "MAIL FROM:<a@b.example>\nMAIL FROM:<a@b.example>\n", "RCPT TO:<x@y.example>\n", "DATA\n", "MAIL FROM:<>\nDATA\n",
        "MAIL FROM:\n", "MAIL FROM:<>\nRCPT TO:\n", "MAIL FROM:<>\nRCPT TO:<>\n", "MAIL FROM:<>\nRCPT TO:<x@y.example>\nDATA now\n", "MAIL FROM:<a@b.example>\nQUIT now\n",
        "MAIL FROM:<a@b.example> SIZE=10\n", "MAIL FROM:<a@b.example>\nRCPT TO:<x@y.example>\nDATA\nSubject: x\n\nhel", "MAIL FROM:<a@b.example>\nRCPT TO:<x@y.example>\n", "BDAT 5 LAST\nabcde",
        "EHLO x\nNOOP\nRSET\nVRFY x\nEXPN x\nHELP\nETRN #x\nmail from:<a>\nrcpt to:<x>\ndata\n.\n", Good + "HELO x\nMAIL FROM:<a@b.example>\nNOOP\nTURN\n", Good + "NOOP\n" + Good + "MAIL FROM:<a@b.example> BODY=8BITMIME\n",
        Good + Good.Replace("Subject: x", "Subject: deny", StringComparison.Ordinal) + Good, "MAIL FROM:<a@b.example>\r\nRCPT TO:<x@y.example>\r\nDATA\r\nSubject: x\r\n\r\nhello\r\n.\r\nFOO bar\r\n",
    ];

    const string Rules = "qualify_domain = qd.example\nacl_smtp_rcpt = deny\nacl_not_smtp = check\nbegin acl\ncheck:\n  deny condition = ${if eq{$h_subject:}{deny}}\n       message = 554 5.7.7 not that one\n  accept\n";

    [Theory, MemberData(nameof(Batches))]
    public async Task A_batch_ends_as_with_Exim(string batch)
    {
        var (output, errors, code) = Ask(batch);
        await using var fixture = await ReceptionFixture.OfAsync(Rules.Replace("qualify_domain = qd.example\n", "", StringComparison.Ordinal));
        var result = await RunAsync(fixture, batch);
        Assert.Equal((output, code), (result.Report, result.ExitCode));
        Assert.Equal(errors, result.Explanation);
    }

    [Fact]
    public async Task What_came_before_the_error_is_kept_with_its_dots_and_its_envelope()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = deny\n");
        var result = await RunAsync(fixture, "HELO client.example\nMAIL FROM:<a>\nRCPT TO:<x>\nRCPT TO:<\"y z\"@other.example>\nDATA\nSubject: x\n\n..hello\n.\nFOO\n");
        Assert.Equal((1, 1), (result.Messages, result.ExitCode));
        var (message, body) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal(("a@qd.example", ".hello\r\n"), (message.Envelope.Sender.ToString(), body));
        Assert.Equal(["x@qd.example", "\"y z\"@other.example"], message.Envelope.Recipients.Select(r => r.Address.ToString()));
        Assert.Equal("local-bsmtp", message.Envelope.Facts["received_protocol"]);
        Assert.Contains(" P=local-bsmtp S=", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_untrusted_caller_sends_in_its_own_name()
    {
        await using var fixture = await ReceptionFixture.OfAsync("");
        await RunAsync(fixture, Good, uid: 65534);
        Assert.Equal("nobody@qd.example", Assert.Single(await fixture.StoredAsync()).Message.Envelope.Sender.ToString());
    }

    [Fact]
    public async Task A_line_without_end_is_an_error_and_takes_no_memory()
    {
        await using var fixture = await ReceptionFixture.OfAsync("");
        var result = await RunAsync(fixture, "MAIL FROM:<" + new string('x', 40 << 20) + "\n");
        Assert.Equal("500 Command unrecognized", result.Error.ToString());
    }

    static async Task<BatchResult> RunAsync(ReceptionFixture fixture, string batch, uint uid = 0)
    {
        using var input = new MemoryStream(Latin1.Encode(batch));
        return await new BatchSubmission(fixture.Spool, fixture.Rules, fixture.Ids, new() { CallerUid = uid, CallerGid = uid }).RunAsync(input, CancellationToken.None);
    }

    static (string Output, string Errors, int Code) Ask(string batch)
    {
        var folder = Directory.CreateTempSubdirectory("scriptmta-batch-");
        try
        {
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0x1ff); // Exim gives up root before it writes
            var file = Path.Combine(folder.FullName, "exim.conf");
            File.WriteAllText(file, $"spool_directory = {folder.FullName}\nlog_file_path = {folder.FullName}/%slog\nqueue_only\nkeep_environment =\n{Rules}");
            var start = new System.Diagnostics.ProcessStartInfo(Oracle.Program, ["-C", file, "-bS"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            using var exim = System.Diagnostics.Process.Start(start)!;
            var (output, errors) = (exim.StandardOutput.ReadToEndAsync(), exim.StandardError.ReadToEndAsync());
            exim.StandardInput.Write(batch);
            exim.StandardInput.Close();
            Assert.True(exim.WaitForExit(60_000));
            return (output.Result, errors.Result, exim.ExitCode);
        }
        finally { folder.Delete(recursive: true); }
    }
}
