using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Filtering;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

public sealed class AutoreplyTests
{
    const string Simple = "driver = autoreply\nto = $sender_address\nfrom = u@mbox.test\nsubject = Re: $h_subject:\ntext = away\n";

    [Fact]
    public async Task An_answer_comes_from_nobody_and_says_that_it_is_automatic()
    {
        await using var bench = new TransportBench(Simple + "headers = X-One: 1\\nX-Two: 2\ncc = c@x.test, d\nreply_to = r@x.test\n");
        Assert.Empty(bench.Problems);
        var sent = Catch(bench);
        Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
        var (sender, recipients, headers, body) = Assert.Single(sent);
        Assert.True(sender.IsNull);
        Assert.Equal("s@mbox.test c@x.test d@test.org", string.Join(' ', recipients));
        Assert.Equal("auto-replied", headers.First("Auto-Submitted")!.Value);
        Assert.Equal("Re: s", headers.First("Subject")!.Value);
        Assert.Equal("<E1xUeCw-000543-0r@mx.test.org>", headers.First("In-Reply-To")!.Value);
        Assert.Equal(("u@mbox.test", "s@mbox.test", "r@x.test", "1", "2"),
            (headers.First("From")!.Value, headers.First("To")!.Value, headers.First("Reply-To")!.Value, headers.First("X-One")!.Value, headers.First("X-Two")!.Value));
        Assert.False(headers.Has("Bcc"));
        Assert.Equal("away\r\n", body);
    }

    [Fact]
    public async Task Nobody_is_answered_when_there_is_no_sender_or_never_mail_names_him()
    {
        await using var bench = new TransportBench(Simple + "never_mail = *@quiet.test\n") { Sender = "" };
        var sent = Catch(bench);
        Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
        bench.Sender = "x@quiet.test";
        Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
        Assert.Empty(sent);
    }

    [Fact]
    public async Task Once_means_once_until_the_repeat_time_and_survives_in_its_file()
    {
        await using var bench = new TransportBench(Simple + "once = DIR/once\nonce_repeat = 7d\nlog = DIR/log\n");
        var sent = Catch(bench);
        await bench.OneAsync("u@mbox.test");
        await bench.OneAsync("u@mbox.test");
        Assert.Single(sent);
        Assert.Equal("1795241058 s@mbox.test\n", bench.Read("once"));
        Assert.Contains("previously sent to s@mbox.test", bench.Read("log"));
        bench.Sender = "other@mbox.test";
        await bench.OneAsync("u@mbox.test");
        Assert.Equal(2, sent.Count);
        bench.Sender = "s@mbox.test";
        bench.Clock.Now += TimeSpan.FromDays(8);
        await bench.OneAsync("u@mbox.test");
        Assert.Equal(3, sent.Count);
    }

    [Fact]
    public async Task A_file_follows_the_text_and_is_expanded_when_asked()
    {
        await using var bench = new TransportBench(Simple + "file = DIR/text\nfile_expand\nreturn_message\n");
        File.WriteAllText(bench.Directory + "/text", "I am ${lc:AWAY}.\n");
        var sent = Catch(bench);
        Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
        var body = Assert.Single(sent).Body;
        Assert.StartsWith("away\r\nI am away.\r\n", body);
        Assert.Contains("Subject: s\r\n", body);
        Assert.EndsWith("\r\n\r\n" + TransportBench.Body, body);
        File.Delete(bench.Directory + "/text");
        Assert.StartsWith($"deferred (-1) local: Failed to open file {bench.Directory}/text when sending message from t transport: No such file", await bench.OneAsync("u@mbox.test"));
    }

    [Fact]
    public async Task A_filters_mail_replaces_the_transports_own_message()
    {
        await using var bench = new TransportBench(Simple);
        var sent = Catch(bench);
        var mail = new FilterAction.Mail { To = Value.Tainted("boss@x.test"), Subject = Value.Tainted("hello"), Text = Value.Clean("from the filter\n") };
        var address = new RoutedAddress { Address = new("u", "mbox.test"), Kind = TargetKind.Reply, Parent = TransportBench.Address("u@mbox.test"), Reply = mail };
        Assert.Equal("delivered", await bench.OneAsync(TransportBench.Plan(address)));
        var (_, recipients, headers, body) = Assert.Single(sent);
        Assert.Equal(("boss@x.test", "hello", "u@mbox.test", "from the filter\r\n"), (recipients[0].ToString(), headers.First("Subject")!.Value, headers.First("From")!.Value, body));
    }

    [Fact]
    public async Task Files_that_a_stranger_named_and_headers_with_line_breaks_are_refused()
    {
        await using var log = new TransportBench(Simple + "log = DIR/$local_part\n");
        Assert.StartsWith($"deferred (-1) local: Tainted '{log.Directory}/u' (logfile for t transport) not permitted", await log.OneAsync("u@mbox.test"));
        await using var breaks = new TransportBench("driver = autoreply\nto = a@b.test\nfrom = x\\nBcc: victim@x.test\n");
        Assert.Equal("deferred (-1) local: from in t transport contains non-printing character 10", await breaks.OneAsync("u@mbox.test"));
    }

    static List<(MailAddress Sender, MailAddress[] Recipients, HeaderSection Headers, string Body)> Catch(TransportBench bench)
    {
        var sent = new List<(MailAddress, MailAddress[], HeaderSection, string)>();
        bench.Submit = (sender, recipients, headers, body, _) =>
        {
            sent.Add((sender, [.. recipients], headers, Latin1.Decode(body.Span)));
            return ValueTask.FromResult(new MessageId("1xUeCw-0000000543a-0r01"));
        };
        return sent;
    }
}
