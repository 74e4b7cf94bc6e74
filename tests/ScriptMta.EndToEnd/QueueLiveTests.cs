using System.Text.Json;
using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>queue top and tail beside a running daemon and a server that takes mail, and -Mvl.</summary>
public sealed partial class QueueLiveTests : IDisposable
{
    readonly SmtpSink _sink = new();
    readonly TestSite _site;

    public QueueLiveTests() => _site = new(_sink.Port);

    public void Dispose()
    {
        _site.Dispose();
        _sink.Dispose();
    }

    string Queued()
    {
        var sent = Binary.Run(["sendmail", "-C", _site.ConfigFile, "-odq", "x@elsewhere.example"], "Subject: secret\n\nhello\n");
        Assert.True(sent.Status == 0, sent.ToString());
        return Binary.Run(["queue", "list", "--format=ids", "-C", _site.ConfigFile]).Output.Trim();
    }

    [Fact]
    public void Tail_shows_the_conversation_of_a_message_and_ends_with_it()
    {
        using var daemon = _site.StartDaemon();
        var id = Queued();
        var tail = Binary.Run(["tail", id, "--retry", "-C", _site.ConfigFile]);
        Assert.True(tail.Status == 0, tail.ToString());
        Assert.Matches(@"(?s)< 220 sink.test ESMTP.*> EHLO mail.example.com.*> MAIL FROM:<.*> RCPT TO:<x@elsewhere.example>.*> DATA.*< 354.*> \(\d+ bytes\).*< 250", tail.Output);
        Assert.EndsWith($"message {id} has left the queue\n", tail.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", tail.Output, StringComparison.Ordinal);
        Assert.Equal(1, Binary.Run(["tail", id, "-C", _site.ConfigFile]).Status);
    }

    [Fact]
    public void Top_shows_destinations_as_text_and_json()
    {
        using var daemon = _site.StartDaemon();
        var id = Queued();
        Binary.Run(["queue", "retry", id, "-C", _site.ConfigFile]);
        Assert.Single(_sink.Messages);
        Assert.Matches(@"^\d\d:\d\d:\d\d  0 messages, 0 frozen; \d+ destinations?, \d+ deliveries under way\n\n Ready InFlight Limit Deferred  /min  Destination\n", Binary.Run(["queue", "top", "--once", "-C", _site.ConfigFile]).Output);
        using var json = JsonDocument.Parse(Binary.Run(["queue", "top", "--json", "-C", _site.ConfigFile]).Output);
        Assert.Contains(json.RootElement.EnumerateArray(), d => d.GetProperty("transport").GetString() == "out" && d.GetProperty("per_minute").GetDouble() > 0);
    }

    [Fact]
    public void A_message_log_tells_what_delivery_recorded()
    {
        using var site = new TestSite(routers: "later:\n  driver = redirect\n  domains = slow.example\n  allow_defer\n  data = :defer: not now\n");
        var sent = Binary.Run(["-C", site.ConfigFile, "-odi", "-f", "s@b.example", "alice@example.com", "x@slow.example"], "Subject: x\n\nhello\n");
        Assert.True(sent.Status == 0, sent.ToString());
        var id = Binary.Run(["-C", site.ConfigFile, "-bpi"]).Output.Trim();
        Assert.Matches(@"^\S+ \S+ Received from s@b\.example U=\S+ P=local S=\d+\n(\S+ \S+ (alice@example\.com: done|x@slow\.example defer: not now)\n){2}$", Binary.Run(["-C", site.ConfigFile, "-Mvl", id]).Output);
        Assert.Equal((1, "*** Only one message can be listed at once\n"), Binary.Run(["-C", site.ConfigFile, "-Mvl", id, id]) is var two ? (two.Status, two.Output) : default);
        Assert.Equal((1, "Failed to open msglog file for 1tDqYw-000000005vi-0000: No such file or directory\n"), Binary.Run(["-C", site.ConfigFile, "-Mvl", "1tDqYw-000000005vi-0000"]) is var none ? (none.Status, none.Output) : default);
    }
}
