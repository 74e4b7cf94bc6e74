using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace ScriptMta.EndToEnd;

/// <summary>
/// Kills the daemon (SIGKILL) at random moments under load, and proves that each message answered 250 is delivered or still queued, and
/// that none is delivered with other bytes.
/// </summary>
public sealed partial class CrashTests(ITestOutputHelper output)
{
    const int Rounds = 20;
    const int Senders = 6;

    [Fact]
    public void No_message_that_was_answered_250_is_lost_in_20_crashes()
    {
        using var site = new TestSite();
        var accepted = new ConcurrentDictionary<string, string>();
        var random = new Random(20250327);
        for (var round = 0; round < Rounds; round++) OneRound(site, accepted, round, random.Next(20, 900));

        using (var daemon = site.StartDaemon())
        {
            Wait.Until(() => accepted.Keys.All(Delivered(site).ContainsKey), "every accepted message to be delivered after the last crash", 120);
            Assert.Equal(0, daemon.Stop());
        }
        var delivered = Delivered(site);
        var lost = accepted.Keys.Where(k => !delivered.ContainsKey(k)).ToList();
        Assert.Empty(lost);
        foreach (var (key, bodies) in delivered)
            foreach (var body in bodies) Assert.Equal(Body(key), body);
        Assert.Contains("Mail queue is empty", Binary.Run(["mailq", "-C", site.ConfigFile]).Output, StringComparison.Ordinal);
        output.WriteLine($"{Rounds} SIGKILLs: {accepted.Count} messages answered 250, {delivered.Count} different ones delivered, " +
            $"0 lost, {delivered.Values.Sum(b => b.Count) - delivered.Count} delivered twice");
        Assert.True(accepted.Count > Rounds * Senders, $"only {accepted.Count} messages were accepted: the test had no load");
    }

    static void OneRound(TestSite site, ConcurrentDictionary<string, string> accepted, int round, int milliseconds)
    {
        using var daemon = site.StartDaemon();
        var threads = Enumerable.Range(0, Senders).Select(s => new Thread(() => SendUntilItDies(daemon.Port, $"r{round}s{s}", accepted))).ToList();
        threads.ForEach(t => t.Start());
        Thread.Sleep(milliseconds);
        daemon.KillHard();
        threads.ForEach(t => t.Join());
    }

    static void SendUntilItDies(int port, string name, ConcurrentDictionary<string, string> accepted)
    {
        try
        {
            using var client = new SmtpConversation(port);
            client.Reply();
            client.Ask("EHLO load.example");
            for (var n = 0; n < 10_000; n++)
            {
                var key = $"{name}n{n}";
                client.Send("MAIL FROM:<load@example.com>");
                client.Reply();
                client.Send("RCPT TO:<alice@example.com>");
                client.Reply();
                if (!client.Ask("DATA").StartsWith("354", StringComparison.Ordinal)) return;
                client.SendRaw($"Subject: crash {key}\r\n\r\n{Body(key).Replace("\n", "\r\n", StringComparison.Ordinal)}.\r\n");
                if (client.Reply().StartsWith("250", StringComparison.Ordinal)) accepted[key] = key;
            }
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The daemon was killed under us: what it had answered counts, the rest does not.
        }
    }

    /// <summary>Bytes that tell which message they belong to; every seventh is large enough for several packets.</summary>
    static string Body(string key)
    {
        var lines = key.GetHashCode(StringComparison.Ordinal) == 0 || key[^1] == '7' ? 2000 : 5;
        return string.Concat(Enumerable.Range(0, lines).Select(i => $"{key} line {i}\n"));
    }

    static Dictionary<string, List<string>> Delivered(TestSite site)
    {
        var found = new Dictionary<string, List<string>>();
        foreach (var message in site.Mailbox("alice"))
        {
            var key = Subject().Match(message).Groups[1].Value;
            var body = message[(message.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
            if (!found.TryGetValue(key, out var bodies)) found[key] = bodies = [];
            bodies.Add(body);
        }
        return found;
    }

    [GeneratedRegex(@"^Subject: crash (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Subject();
}
