using ScriptMta.Mail;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>Limits of mailboxes (Exim chapter 26), in the words of Exim 4.96. The bench's message says of itself that it has 300 bytes.</summary>
public sealed class QuotaTests
{
    const string Mbox = "driver = appendfile\nfile = DIR/$local_part_data\n";
    const string Maildir = "driver = appendfile\ndirectory = DIR/md\nmaildir_format\n";

    static DeliveryOutcome.Deferred Deferred(IReadOnlyList<DeliveryOutcome> outcomes) => Assert.IsType<DeliveryOutcome.Deferred>(Assert.Single(outcomes));

    [Theory]
    [InlineData("299", false)]
    [InlineData("300", true)]
    [InlineData("0", true)]
    [InlineData("", true)]
    [InlineData("0.2K", false)]
    [InlineData("0.5K", true)]
    [InlineData("1/no_check", true)]
    [InlineData("${if eq{$local_part}{u}{299}{1M}}", false)]
    public async Task A_file_may_not_grow_beyond_its_quota(string quota, bool isTaken)
    {
        await using var bench = new TransportBench(Mbox + $"quota = {quota}\n");
        var outcomes = await bench.DeliverAsync("u@mbox.test");
        if (isTaken) Assert.IsType<DeliveryOutcome.Delivered>(Assert.Single(outcomes));
        else Assert.Equal((-22, "quota", $"mailbox is full (MTA-imposed quota exceeded while writing to {bench.Directory}/u)"), Told(Deferred(outcomes)));
    }

    static (int Errno, string Kind, string Text) Told(DeliveryOutcome.Deferred deferred) => (deferred.Errno, deferred.Error.Split('_')[0], deferred.Text);

    [Fact]
    public async Task What_is_in_the_mailbox_counts_and_without_quota_is_inclusive_only_that()
    {
        await using var bench = new TransportBench(Mbox + "quota = 1000\nquota_is_inclusive = false\n");
        for (var size = 0L; size <= 1000; size = new FileInfo(bench.Directory + "/u").Length) Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
        var before = bench.Read("u");
        Assert.Equal(-22, Deferred(await bench.DeliverAsync("u@mbox.test")).Errno);
        Assert.Equal(before, bench.Read("u"));
    }

    [Fact]
    public async Task A_mailbox_that_nobody_has_read_for_a_day_says_so_to_the_retry_rules()
    {
        await using var bench = new TransportBench(Mbox + "quota = 1\n");
        File.WriteAllText(bench.Directory + "/u", "");
        File.SetUnixFileMode(bench.Directory + "/u", (UnixFileMode)0x180);
        File.SetLastAccessTimeUtc(bench.Directory + "/u", bench.Clock.GetUtcNow().UtcDateTime.AddDays(-1));
        Assert.Equal("quota_1d", Deferred(await bench.DeliverAsync("u@mbox.test")).Error);
    }

    [Fact]
    public async Task All_files_below_a_directory_count()
    {
        await using var bench = new TransportBench(Maildir + "quota = 1K\n");
        Directory.CreateDirectory(bench.Directory + "/md/.Sent/cur");
        File.WriteAllBytes(bench.Directory + "/md/.Sent/cur/1", new byte[700]);
        Assert.Equal("delivered", await bench.OneAsync("u@md.test"));
        Assert.Matches(@"^mailbox is full \(MTA-imposed quota exceeded while writing to tmp/\d+\.M", Deferred(await bench.DeliverAsync("u@md.test")).Text);
        Assert.Empty(Directory.GetFiles(bench.Directory + "/md/tmp"));
    }

    [Fact]
    public async Task Links_to_one_file_share_its_size_and_links_to_elsewhere_are_not_followed()
    {
        await using var bench = new TransportBench(Maildir + "quota = 1100\n");
        Directory.CreateDirectory(bench.Directory + "/md/cur");
        Directory.CreateDirectory(bench.Directory + "/elsewhere");
        File.WriteAllBytes(bench.Directory + "/elsewhere/large", new byte[5000]);
        File.CreateSymbolicLink(bench.Directory + "/md/out", bench.Directory + "/elsewhere");
        File.WriteAllBytes(bench.Directory + "/md/cur/1", new byte[700]);
        Assert.True(ScriptMta.Common.Posix.MailFiles.TryLink(bench.Directory + "/md/cur/1", bench.Directory + "/md/cur/2"));
        Assert.Equal("delivered", await bench.OneAsync("u@md.test"));
    }

    [Fact]
    public async Task A_number_of_files_is_a_limit_too()
    {
        await using var bench = new TransportBench(Maildir + "quota = 1M\nquota_filecount = 2\n");
        Assert.Equal("delivered", await bench.OneAsync("u@md.test"));
        Assert.Equal("delivered", await bench.OneAsync("u@md.test"));
        Assert.StartsWith("mailbox is full (MTA-imposed filecount quota exceeded while writing to tmp/", Deferred(await bench.DeliverAsync("u@md.test")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_size_in_the_name_is_believed()
    {
        await using var bench = new TransportBench(Maildir + "quota = 1K\nquota_size_regex = ,S=(\\d+)\n");
        Directory.CreateDirectory(bench.Directory + "/md/cur");
        File.WriteAllText(bench.Directory + "/md/cur/1,S=900", "");
        Assert.Equal(-22, Deferred(await bench.DeliverAsync("u@md.test")).Errno);
    }

    [Fact]
    public async Task A_mailbox_whose_size_is_told_is_not_looked_at()
    {
        await using var bench = new TransportBench(Maildir + "quota = 1K\nquota_filecount = 9\nmailbox_size = 800\nmailbox_filecount = 1\n");
        Assert.Equal(-22, Deferred(await bench.DeliverAsync("u@md.test")).Errno);
    }

    [Fact]
    public async Task The_file_maildirsize_is_made_and_gets_a_line_for_each_message()
    {
        await using var bench = new TransportBench(Maildir + "maildir_use_size_file\nquota = 1M\nquota_filecount = 100\n");
        Directory.CreateDirectory(bench.Directory + "/md/.Sent/cur");
        Directory.CreateDirectory(bench.Directory + "/md/other");
        File.WriteAllBytes(bench.Directory + "/md/.Sent/cur/1", new byte[700]);
        File.WriteAllBytes(bench.Directory + "/md/other/1", new byte[700]);
        await bench.DeliverAsync("u@md.test");
        await bench.DeliverAsync("u@md.test");
        var size = new FileInfo(Directory.GetFiles(bench.Directory + "/md/new")[0]).Length;
        Assert.Equal($"1048576S,100C\n700 1\n{size} 1\n{size} 1\n", bench.Read("md/maildirsize"));
    }

    [Theory]
    [InlineData("1024S,0C\n100 1\n", true)]
    [InlineData("1024S,0C\n900 1\n", false)]
    [InlineData("1024S,0C\n2000 2\n-1900 -1\n", true)]
    [InlineData("999S,0C\n900 1\n", true)]
    [InlineData("1024S,0C\nnonsense\n", true)]
    [InlineData("1024S,0C\n2000 1\n10 1\n", true)]
    public async Task What_maildirsize_says_is_believed_unless_it_is_for_another_quota_is_broken_or_the_mailbox_may_have_been_emptied(string content, bool isTaken)
    {
        await using var bench = new TransportBench(Maildir + "maildir_use_size_file\nquota = 1K\n");
        Directory.CreateDirectory(bench.Directory + "/md/tmp");
        File.WriteAllText(bench.Directory + "/md/maildirsize", content);
        File.SetLastWriteTimeUtc(bench.Directory + "/md/maildirsize", bench.Clock.GetUtcNow().UtcDateTime);
        var outcome = Assert.Single(await bench.DeliverAsync("u@md.test"));
        Assert.Equal(isTaken, outcome is DeliveryOutcome.Delivered);
    }

    [Fact]
    public async Task A_folder_of_Maildir_plus_plus_is_in_the_mailbox_above_it()
    {
        await using var bench = new TransportBench("driver = appendfile\ndirectory = DIR/md/.Lists\nmaildir_format\nquota = 1K\nmaildirfolder_create_regex = /\\.[^/]+$\n");
        Directory.CreateDirectory(bench.Directory + "/md/cur");
        File.WriteAllBytes(bench.Directory + "/md/cur/1", new byte[900]);
        Assert.Equal("delivered", await bench.OneAsync("u@md.test"));
        Assert.True(File.Exists(bench.Directory + "/md/.Lists/maildirfolder"));
        Assert.Equal(-22, Deferred(await bench.DeliverAsync("u@md.test")).Errno);
    }

    [Fact]
    public async Task Who_crosses_the_threshold_is_warned_once()
    {
        await using var bench = new TransportBench(Mbox + "quota = 100K\nquota_warn_threshold = 1%\n");
        var warnings = new List<string>();
        bench.Submit = (sender, recipients, headers, body, _) =>
        {
            warnings.Add($"{sender}|{string.Join(',', recipients)}|{headers.First("Subject")!.Unfolded}|{headers.First("From")!.Unfolded}|{headers.First("Auto-Submitted")!.Unfolded}|{System.Text.Encoding.Latin1.GetString(body.Span)}");
            return ValueTask.FromResult(new MessageId("1xUeCw-0000000543a-0r01"));
        };
        for (var i = 0; i < 8; i++) Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
        Assert.StartsWith("|u@mbox.test|Your mailbox|Mail Delivery System <Mailer-Daemon@test.org>|auto-replied|This message is automatically created by mail delivery software.\r\n\r\nThe size", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quota = much", "Malformed value \"much\" (expansion of quota option) in t transport")]
    [InlineData("quota = 1/often", "Malformed value \"1/often\" (expansion of quota option) in t transport")]
    [InlineData("quota = ${if", "")]
    [InlineData("quota = 1M\nquota_warn_threshold = 101%", "Malformed value \"101%\" (expansion of quota_warn_threshold option) in t transport")]
    [InlineData("quota = ${lookup{x}lsearch{/no/such}}", "Expansion of \"${lookup{x}lsearch{/no/such}}\" (quota for t transport) failed: ")]
    public async Task A_quota_that_is_none_defers(string option, string text)
    {
        await using var bench = new TransportBench(Mbox + option + "\n");
        if (text.Length == 0) Assert.NotEmpty(bench.Problems);
        else Assert.StartsWith(text, Deferred(await bench.DeliverAsync("u@mbox.test")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_maildirsize_that_cannot_be_written_does_not_deliver_twice()
    {
        await using var bench = new TransportBench(Maildir + "maildir_use_size_file\nquota = 1M\n");
        Directory.CreateDirectory(bench.Directory + "/md/maildirsize");
        var outcome = Assert.Single(await bench.DeliverAsync("u@md.test"));
        Assert.Equal(outcome is DeliveryOutcome.Delivered ? 1 : 0, Directory.Exists(bench.Directory + "/md/new") ? Directory.GetFiles(bench.Directory + "/md/new").Length : 0);
    }
}
