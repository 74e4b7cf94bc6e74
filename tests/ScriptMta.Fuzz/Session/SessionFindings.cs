using System.Text.RegularExpressions;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Fuzz;

/// <summary>What must hold of any session; each check throws with what it found.</summary>
static partial class SessionFindings
{
    /// <summary>RFC 5321 4.5.3.1.5 has 512; what the client said may be repeated in it.</summary>
    const int LongestReplyLine = 20_000;

    /// <summary>The reply to AUTH that has succeeded.</summary>
    const string Authenticated = "235";

    /// <summary>Gives the codes of the replies in order.</summary>
    public static List<string> Check(SessionPlace place, string output, List<TakenMessage> taken)
    {
        var codes = Codes(output);
        var expected = place.Expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Must(codes.Take(expected.Length).SequenceEqual(expected), $"the session does not stand where it should ({place.Name}): {string.Join(' ', codes)}");
        Must(taken.Count == TakenReply().Count(output), $"{taken.Count} messages were taken and {TakenReply().Count(output)} said to be:\n{output}");
        foreach (var message in taken) CheckTaken(message, codes.Contains(Authenticated));
        return codes;
    }

    static List<string> Codes(string output)
    {
        var codes = new List<string>();
        var open = "";
        Must(output.Length == 0 || output.EndsWith("\r\n", StringComparison.Ordinal), "the last reply has no end");
        foreach (var line in output.Split("\r\n")[..^1])
        {
            Must(ReplyLine().IsMatch(line) && line.Length <= LongestReplyLine, $"no reply line: {line}");
            Must(open.Length == 0 || line.StartsWith(open, StringComparison.Ordinal), $"a reply with two codes: {open} and {line}");
            open = line[3] == '-' ? line[..3] : "";
            if (open.Length == 0) codes.Add(line[..3]);
        }
        Must(open.Length == 0, "a reply without its last line");
        return codes;
    }

    static void CheckTaken(TakenMessage message, bool known)
    {
        Must(message.Envelope.Recipients.Any() && message.Envelope.Recipients.All(r => IsAllowed(r.Address.Domain, known)),
            "a recipient was taken that no rule allows: " + string.Join(' ', message.Envelope.Recipients.Select(static r => r.Address)));
        Must(!message.Envelope.Sender.Domain.Equals("refused.example", StringComparison.OrdinalIgnoreCase), $"the sender {message.Envelope.Sender} was taken");
        Must(message.Headers.First("X-Refuse") is null, "a message was taken that the last ACL refuses");
        Must(!BareLineEnd().IsMatch(message.Body), "the body that was taken has a line end that is not CRLF");
        Must(!Addresses(message.Envelope).Any(static a => a.AsSpan().ContainsAny('\r', '\n', '\0')), "an address that was taken holds a line end");
    }

    static bool IsAllowed(string domain, bool known) => domain.LowerAscii() is "ok.example" || (known && domain.LowerAscii() is "known.example");

    static IEnumerable<string> Addresses(Envelope envelope) => [envelope.Sender.ToString(), .. envelope.Recipients.Select(static r => r.Address.ToString())];

    static void Must(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException(what);
    }

    [GeneratedRegex(@"^[2-5][0-9][0-9][ -][^\r\n\0]*\z")] private static partial Regex ReplyLine();
    [GeneratedRegex(@"^2\d\d .*\bid=\w{6}-", RegexOptions.Multiline)] private static partial Regex TakenReply();
    [GeneratedRegex(@"\r(?!\n)|(?<!\r)\n")] private static partial Regex BareLineEnd();
}
