using ScriptMta.Common;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception;

/// <summary>When rewriting happens (Exim 31.2), and that no rule and no message takes it too far.</summary>
public sealed class RewritingSituationTests
{
    const string Rules = "begin rewrite\n*@a.test $1@b.test\n";

    [Fact]
    public async Task A_sender_is_rewritten_when_it_is_verified_and_a_recipient_is_not_remembered()
    {
        const string configuration = """
            acl_smtp_rcpt = check
            begin acl
            check:
              warn logwrite = before $sender_address $local_part@$domain
              require verify = sender
              require verify = recipient
              warn logwrite = after $sender_address $local_part@$domain
              accept
            begin routers
            r:
              driver = accept
              transport = t
            begin transports
            t:
              driver = appendfile
              file = /dev/null

            """ + Rules;
        await using var fixture = await ReceptionFixture.OfAsync(configuration, logSelectors: "address_rewrite");
        var (message, log) = await SubmitAsync(fixture, "MAIL FROM:<s@a.test>\nRCPT TO:<r@a.test>", "From: x@c.test");
        Assert.Equal(("s@b.test", "r@b.test"), (message.Sender.ToString(), message.Recipients[0].Address.ToString()));
        string[] lines = [.. log.Split('\n').Where(l => !l.Contains("<=", StringComparison.Ordinal) && l.Length > 20).Select(l => l[20..])];
        Assert.Equal(["before s@a.test r@a.test", "\"s@a.test\" from env-from rewritten as \"s@b.test\" by rule 1", "\"r@a.test\" from env-to rewritten as \"r@b.test\" by rule 1",
            "after s@b.test r@a.test"], lines[..4]);
        Assert.EndsWith("\"r@a.test\" from env-to rewritten as \"r@b.test\" by rule 1", Assert.Single(lines[4..]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "From: unq, x@b.test", "To: unq, x@b.test")]
    [InlineData("sender_unqualified_hosts = *\n", "From: unq@qd.example, x@b.test", "To: unq, x@b.test")]
    [InlineData("recipient_unqualified_hosts = *\n", "From: unq, x@b.test", "To: unq@qd.example, x@b.test")]
    [InlineData("recipient_unqualified_hosts = 198.51.100.1\n", "From: unq, x@b.test", "To: unq, x@b.test")]
    public async Task Header_addresses_without_a_domain_get_one_where_the_host_may_send_such(string options, string from, string to)
    {
        await using var fixture = await ReceptionFixture.OfAsync(options + "acl_smtp_rcpt = accept\n" + Rules);
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        foreach (var command in (string[])["HELO me", "MAIL FROM:<s@a.test>", "RCPT TO:<r@a.test>", "DATA"]) await client.SayAsync(command);
        Assert.StartsWith("250", await client.SayAsync("From: unq, x@a.test\r\nTo: unq, x@a.test\r\n\r\nb\r\n."), StringComparison.Ordinal);
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal([from, to], message.Headers.Fields.Where(f => f.Is("From") || f.Is("To")).Select(f => f.ToString()));
    }

    [Fact]
    public async Task Fields_that_the_ACL_adds_and_those_that_are_no_address_fields_stay()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = check\nbegin acl\ncheck:\n  accept add_header = To: added@a.test\n" + Rules);
        await SubmitAsync(fixture, "MAIL FROM:<>\nRCPT TO:<r@c.test>", "From: x@a.test\nSubject: x@a.test\nErrors-To: x@a.test\nResent-Reply-To: x@a.test");
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal(["From: x@b.test", "Subject: x@a.test", "Errors-To: x@a.test", "Resent-Reply-To: x@a.test", "To: added@a.test"],
            message.Headers.Fields.Where(f => f.Body.Contains('@') && !f.Name.EndsWith("Message-Id", StringComparison.Ordinal) && !f.Is("Received") && !f.Is("Resent-From")).Select(f => f.ToString()));
    }

    /// <summary>As Exim: From: is compared with the caller before it is rewritten, and the Sender: that is then added is rewritten like any other.</summary>
    [Theory]
    [InlineData("From: x@a.test", "From: nobody@qd.example", "Sender: z@z.test")]
    [InlineData("From: nobody@qd.example", "From: nobody@qd.example")]
    [InlineData("From: nobody", "From: nobody@qd.example")]
    [InlineData("Subject: no sender", "From: nobody@qd.example")]
    public async Task Sender_is_added_by_what_came_and_then_rewritten(string header, params string[] fields)
    {
        await using var fixture = await ReceptionFixture.OfAsync("begin rewrite\nx@a.test nobody@qd.example f\nnobody@qd.example z@z.test s\n");
        using var message = new MemoryStream(Latin1.Encode($"{header}\n\nbody\n"));
        var result = await new LocalSubmission(fixture.Spool, () => fixture.Rules, fixture.Ids).AcceptAsync(new() { CallerUid = 65534, CallerGid = 65534, Recipients = ["r@c.test"] }, message, CancellationToken.None);
        Assert.Equal(ExitCode.Ok, result.ExitCode);
        var (stored, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal(fields, stored.Headers.Fields.Where(f => f.Is("From") || f.Is("Sender")).Select(f => System.Text.RegularExpressions.Regex.Replace(f.ToString(), " .*<(.*)>$", " $1")));
    }

    [Fact]
    public async Task A_pattern_that_backtracks_for_ever_ends_and_leaves_the_address()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\nbegin rewrite\n^(a+)+\\$ x@y.test S\n");
        var (message, log) = await SubmitAsync(fixture, $"MAIL FROM:<>\nRCPT TO:{new string('a', 60)}!@c.test", "From: x@a.test");
        Assert.StartsWith("aaa", message.Recipients[0].Address.LocalPart, StringComparison.Ordinal);
        Assert.Contains("match limit", log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Ten_thousand_rules_and_a_header_of_many_addresses_end_soon()
    {
        var rules = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"u{i}@a.test v{i}@b.test\n"));
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\nbegin rewrite\n" + rules);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var (message, _) = await SubmitAsync(fixture, "MAIL FROM:<u9999@a.test>\nRCPT TO:<u5000@a.test>", "From: x@c.test\nTo: " + string.Join(",\n ", Enumerable.Range(0, 100).Select(i => $"u{i}@a.test")));
        Assert.Equal(("v9999@b.test", "v5000@b.test"), (message.Sender.ToString(), message.Recipients[0].Address.ToString()));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_header_of_100_000_addresses_is_rewritten_in_time_that_grows_with_its_length()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\nheader_maxsize = 4M\nheader_line_maxsize = 4M\n" + Rules);
        var to = string.Join(",\n ", Enumerable.Range(0, 100_000).Select(i => $"u{i}@a.test"));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await SubmitAsync(fixture, "MAIL FROM:<>\nRCPT TO:<r@c.test>", "From: x@c.test\nTo: " + to);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal(" " + to.Replace("@a.", "@b.", StringComparison.Ordinal), message.Headers.First("To")!.Body);
    }

    [Fact]
    public async Task A_field_that_rules_blow_up_stops_growing()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\nbegin rewrite\n*@a.test \"${sg{xxxxxxxxxx}{x}{yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy }} <z@z.test>\" w\n");
        await SubmitAsync(fixture, "MAIL FROM:<>\nRCPT TO:<r@c.test>", "From: x@c.test\nTo: " + string.Join(",\n ", Enumerable.Range(0, 20_000).Select(i => $"u{i}@a.test")));
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        var to = message.Headers.First("To")!.Body;
        Assert.InRange(to.Length, 8 << 20, 9 << 20);
        Assert.EndsWith("u19999@a.test", to, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_without_rules_keeps_the_very_fields_that_came()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\n");
        var headers = new HeaderSection([HeaderField.Create("From", "a@b.test, unq"), HeaderField.Create("To", "bad@@")]);
        Assert.Same(headers, new ScriptMta.Routing.HeaderRewriter(ScriptMta.Routing.RewriteRules.None, fixture.Context()).Apply(headers));
    }

    static async Task<(Envelope Message, string Log)> SubmitAsync(ReceptionFixture fixture, string envelope, string headers)
    {
        using var input = new MemoryStream(Latin1.Encode($"HELO me\n{envelope}\nDATA\n{headers}\n\nbody\n.\nQUIT\n"));
        using var output = new MemoryStream();
        await new LocalSubmission(fixture.Spool, () => fixture.Rules, fixture.Ids).ConverseAsync(new() { CallerUid = 0, CallerGid = 0 }, input, output, CancellationToken.None);
        var stored = await fixture.StoredAsync();
        Assert.True(stored.Count > 0, Latin1.Decode(output.ToArray()) + fixture.Log());
        return (stored[^1].Message.Envelope, fixture.Log(LogFile.Main));
    }
}
