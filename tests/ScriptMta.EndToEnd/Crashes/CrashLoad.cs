using System.Collections.Concurrent;

namespace ScriptMta.EndToEnd;

/// <summary>
/// Clients that send without pause until the daemon dies under them. Each message has a key, from which its recipient and its body follow: for a Maildir, for the sink, for both, or for nobody
/// (then its sender, bob, gets a bounce).
/// </summary>
sealed class CrashLoad
{
    const int Senders = 6;

    readonly ConcurrentDictionary<string, bool> _accepted = new();

    /// <summary>The keys of the messages that were answered 250.</summary>
    public IReadOnlyCollection<string> Accepted => [.. _accepted.Keys];

    public List<Thread> Start(int port, int round) => [.. Enumerable.Range(0, Senders).Select(sender =>
    {
        var thread = new Thread(() => SendUntilItDies(port, $"r{round}s{sender}"));
        thread.Start();
        return thread;
    })];

    void SendUntilItDies(int port, string name)
    {
        try
        {
            using var client = new SmtpConversation(port);
            client.Reply();
            client.Ask("EHLO load.example");
            for (var n = 0; n < 10_000; n++) SendOne(client, $"{name}n{n}");
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The daemon was killed under us: what it had answered counts, the rest does not.
        }
    }

    void SendOne(SmtpConversation client, string key)
    {
        client.Ask("MAIL FROM:<bob@example.com>");
        foreach (var recipient in Recipients(key)) client.Ask($"RCPT TO:<{recipient}>");
        if (!client.Ask("DATA").StartsWith("354", StringComparison.Ordinal)) return;
        client.SendRaw($"Subject: crash {key}\r\n\r\n{Body(key).Replace("\n", "\r\n", StringComparison.Ordinal)}.\r\n");
        if (client.Reply().StartsWith("250", StringComparison.Ordinal)) _accepted[key] = true;
    }

    static int Kind(string key) => (key[^1] - '0' + key.Length) % 5;

    public static bool IsForMaildir(string key) => Kind(key) is 0 or 1 or 2;
    public static bool IsForSink(string key) => Kind(key) is 2 or 3;
    public static bool IsForNobody(string key) => Kind(key) == 4;

    static IEnumerable<string> Recipients(string key)
    {
        if (IsForMaildir(key)) yield return "alice@example.com";
        if (IsForSink(key)) yield return "someone@sink.test";
        if (IsForNobody(key)) yield return "nobody@example.com";
    }

    /// <summary>Bytes that tell which message they belong to; every tenth is large enough for several packets.</summary>
    public static string Body(string key) => string.Concat(Enumerable.Range(0, key[^1] == '7' ? 2000 : 5).Select(i => $"{key} line {i}\n"));
}
