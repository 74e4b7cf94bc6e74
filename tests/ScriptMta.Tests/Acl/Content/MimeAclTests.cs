using System.Text;
using ScriptMta.Tests.Reception;

namespace ScriptMta.Tests.Acl.Content;

/// <summary>What Exim cannot show of acl_smtp_mime: limits, and what is left behind. The rest is in the dialogues.</summary>
public sealed class MimeAclTests
{
    const string Rules = "acl_smtp_rcpt = accept\nacl_smtp_mime = parts\nacl_smtp_data = whole\nbegin acl\nwhole:\n  accept regex = \\N^--b--$\\N : ^Content-Type\n    logwrite = whole n=$mime_part_count\nparts:\n  warn decode = default\n  deny condition = ${if match{$mime_filename}{\\N\\.exe$\\N}}\n  accept\n";

    static async Task<(string Reply, string Log)> SendAsync(string message, string rules = Rules)
    {
        await using var fixture = await ReceptionFixture.OfAsync(rules);
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        foreach (var line in (string[])["EHLO client.example", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"]) await client.SayAsync(line);
        var reply = await client.SayAsync(message.Replace("\n", "\r\n") + "\r\n.");
        Assert.Empty(Directory.Exists(Path.Combine(fixture.Directory, "scan")) ? Directory.GetFileSystemEntries(Path.Combine(fixture.Directory, "scan")) : []);
        return (reply, fixture.Log());
    }

    [Fact]
    public async Task More_parts_than_anybody_sends_are_refused()
    {
        var message = new StringBuilder("Content-Type: multipart/mixed; boundary=b\n\n");
        for (var i = 0; i < 2100; i++) message.Append("--b\n\nx\n");
        var (reply, log) = await SendAsync(message + "--b--\n");
        Assert.StartsWith("550 ", reply, StringComparison.Ordinal);
        Assert.Contains("this message cannot be checked: more than 2000 parts", reply, StringComparison.Ordinal);
        Assert.Contains("rejected during MIME ACL checks: more than 2000 parts", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(25, "250 ")]
    [InlineData(40, "550 ")]
    public async Task Parts_within_parts_have_a_limit(int depth, string code)
    {
        var message = new StringBuilder();
        for (var i = 0; i < depth; i++) message.Append($"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n");
        Assert.StartsWith(code, (await SendAsync(message + "Content-Type: text/plain\n\nx\n")).Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encoded_messages_within_messages_have_a_limit()
    {
        var message = "Content-Type: text/plain\n\nx\n";
        for (var i = 0; i < 25; i++)
            message = $"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(Encoding.Latin1.GetBytes(message), Base64FormattingOptions.InsertLineBreaks).Replace("\r\n", "\n")}\n";
        Assert.Contains("nested more than 30 deep", (await SendAsync(message)).Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_encoded_message_inside_is_no_header_section()
    {
        var inner = "Content-Type: text/plain\n\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\n", 8000));
        var (reply, log) = await SendAsync($"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(Encoding.Latin1.GetBytes(inner), Base64FormattingOptions.InsertLineBreaks).Replace("\r\n", "\n")}\n");
        Assert.StartsWith("250 ", reply, StringComparison.Ordinal);
        Assert.Contains("whole n=0", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("filename*0=\"a.e\"; filename*1=xe")]
    [InlineData("filename*1=xe; filename*0=\"a.e\"")]
    [InlineData("filename*0*=utf-8''a%2; filename*1*=ee; filename*=utf-8''a%2Eexe")]
    [InlineData("filename=a.txt; filename*=utf-8''a%2eexe")]
    [InlineData("filename=\"a.\\exe\"")]
    public async Task A_name_that_a_reader_would_show_is_blocked_however_it_is_written(string parameters) // CVE-2024-39929
    {
        var (reply, _) = await SendAsync($"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment; {parameters}\n\nx\n--b--\n");
        Assert.StartsWith("550 ", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_whose_fields_end_without_an_empty_line_hides_nothing()
    {
        var (reply, _) = await SendAsync("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\nno field\n--c\nContent-Disposition: attachment; filename=a.exe\n\nx\n--c--\n--b--\n");
        Assert.StartsWith("550 ", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_of_many_megabytes_is_scanned_from_its_file()
    {
        var message = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\n" + string.Concat(Enumerable.Repeat(Convert.ToBase64String(new byte[57]) + "\n", 60_000)) + "--b--\n";
        var (reply, log) = await SendAsync(message, Rules.Replace("deny condition", "warn mime_regex = \\N^\\x00+$\\N\n    logwrite = size=$mime_content_size\n  deny condition", StringComparison.Ordinal));
        Assert.StartsWith("250 ", reply, StringComparison.Ordinal);
        Assert.Contains("size=3340", log, StringComparison.Ordinal);
    }
}
