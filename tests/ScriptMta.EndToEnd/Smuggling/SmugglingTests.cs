using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>
/// SMTP smuggling, with Postfix and Exim at the other end: whatever a client sends, no server takes more messages than the one before it has. A peer that is fooled itself (it says 250
/// twice) has two messages; then we may get both from it.
/// </summary>
public sealed partial class SmugglingTests
{
    [Fact]
    public void What_Postfix_takes_as_one_message_is_one_message_here()
    {
        using var site = new TestSite();
        using var daemon = site.StartDaemon();
        using var peer = new PostfixPeer(relayTo: daemon.Port);
        Check(site, peer);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void What_Exim_takes_as_one_message_is_one_message_here(bool chunking)
    {
        using var site = new TestSite();
        using var daemon = site.StartDaemon();
        using var peer = new EximPeer(relayTo: daemon.Port, chunking);
        Check(site, peer);
    }

    [Fact]
    public void What_is_one_message_here_is_one_message_for_Postfix()
    {
        using var peer = new PostfixPeer();
        CheckSending(peer);
    }

    [Fact]
    public void What_is_one_message_here_is_one_message_for_Exim()
    {
        using var peer = new EximPeer();
        CheckSending(peer);
    }

    /// <summary>Client to peer to us.</summary>
    static void Check(TestSite site, MailPeer peer)
    {
        for (var i = 0; i < Sequences.All.Count; i++) SendData(peer.Port, i, "alice", "example.com");
        peer.DeliverAll();
        var (theirs, ours) = (peer.Taken, Arrivals(site));
        Assert.True(theirs.Count > 0 && ours.Count > 0, $"nothing was taken\n{peer.Log}\n{site.MainLog}");
        Assert.True(!ours.Except(theirs).Any() && ours.Count == ours.Distinct().Count(), $"only ours or twice: {string.Join(' ', ours)}\ntheirs: {string.Join(' ', theirs)}\n{site.MainLog}");
    }

    /// <summary>Client to us, by all ways in, to peer.</summary>
    static void CheckSending(MailPeer peer)
    {
        using var site = new TestSite(smartHostPort: peer.Port);
        using var daemon = site.StartDaemon();
        for (var i = 0; i < Sequences.All.Count; i++)
        {
            SendData(daemon.Port, i, "carol", "peer.example");
            SendChunk(daemon.Port, i);
            site.Command(["sendmail", "-C", site.ConfigFile, "-i", "-f", Sequences.Sender(i), "carol@peer.example"], Sequences.Message(i, "peer.example"));
        }
        Wait.Until(() => Delivered().Count(site.MainLog) == Arrivals(site).Count, () => $"everything to be sent\n{site.MainLog}", 60);
        var (ours, theirs) = (Arrivals(site), peer.Taken);
        Assert.True(ours.Count >= 2 * Sequences.All.Count && !ours.Any(Sequences.IsSmuggled), $"taken here: {string.Join(' ', ours)}\n{site.MainLog}");
        Assert.True(theirs.Order().SequenceEqual(ours.Order()), $"here: {string.Join(' ', ours)}\nthere: {string.Join(' ', theirs)}\n{peer.Log}\n{site.MainLog}");
    }

    static void SendData(int port, int number, string user, string domain)
    {
        using var client = new SmtpConversation(port);
        Greet(client);
        client.Ask($"MAIL FROM:<{Sequences.Sender(number)}>");
        Assert.StartsWith("250", client.Ask($"RCPT TO:<{user}@{domain}>"), StringComparison.Ordinal);
        Assert.StartsWith("354", client.Ask("DATA"), StringComparison.Ordinal);
        Finish(client, Sequences.Message(number, domain));
    }

    static void SendChunk(int port, int number)
    {
        using var client = new SmtpConversation(port);
        Greet(client);
        client.Ask($"MAIL FROM:<{Sequences.Sender(number)}>");
        Assert.StartsWith("250", client.Ask("RCPT TO:<carol@peer.example>"), StringComparison.Ordinal);
        var message = Sequences.Message(number, "peer.example");
        Finish(client, $"BDAT {message.Length} LAST\r\n{message}");
    }

    static void Greet(SmtpConversation client)
    {
        Assert.StartsWith("220", client.Reply(), StringComparison.Ordinal);
        Assert.StartsWith("250", client.Ask("EHLO client.example"), StringComparison.Ordinal);
    }

    /// <summary>Sends all at once, as who smuggles does, and listens to the end.</summary>
    static void Finish(SmtpConversation client, string bytes)
    {
        try
        {
            client.SendRaw(bytes + "QUIT\r\n");
            while (client.Reply() is { Length: > 0 } reply && !reply.StartsWith("221", StringComparison.Ordinal)) { }
        }
        catch (IOException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown })
        {
            // It had heard enough.
        }
    }

    /// <summary>Senders; an own bounce has none.</summary>
    static List<string> Arrivals(TestSite site) => [.. Arrival().Matches(site.MainLog).Select(static m => m.Groups[1].Value)];

    [GeneratedRegex(@" <= (\S+@\S+) ")] private static partial Regex Arrival();
    [GeneratedRegex(@" \S+-\S+-\S+ => ")] private static partial Regex Delivered();
}
