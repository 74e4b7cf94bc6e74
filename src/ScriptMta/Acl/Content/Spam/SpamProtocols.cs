using System.Globalization;
using System.Text;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>The two protocols: what is sent before the message, and what the answer means. Answers are taken as they are written today and as they were: fields in any order.</summary>
static class SpamProtocols
{
    /// <summary>No score is beyond this; a peer that says so talks nonsense.</summary>
    const double LargestScore = 1e6;

    public static string Request(SpamServer server, string user, long length, ExpansionContext context) => server.IsRspamd
        ? Rspamd(length, context)
        : $"REPORT SPAMC/1.2\r\nUser: {user}\r\nContent-length: {length}\r\n\r\n";

    static string Rspamd(long length, ExpansionContext context)
    {
        var (message, peer) = (context.Message, context.Connection);
        var text = new StringBuilder("CHECK RSPAMC/1.3\r\nContent-length: ").Append(length).Append("\r\nQueue-Id: ").Append(message.Id?.Text)
            .Append("\r\nFrom: <").Append(message.Sender).Append(">\r\nRecipient-Number: ").Append(message.Recipients.Count).Append("\r\n");
        foreach (var recipient in message.Recipients) text.Append("Rcpt: <").Append(recipient).Append(">\r\n");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("Helo", peer.HeloName), ("Hostname", peer.HostName), ("IP", peer.HostAddress), ("User", peer.AuthenticatedId)])
            if (value.Length > 0 && value.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0) text.Append(name).Append(": ").Append(value).Append("\r\n");
        return text.Append("\r\n").ToString();
    }

    /// <summary>Null when it cannot be understood.</summary>
    public static SpamVerdict? Read(SpamServer server, string answer)
    {
        var lines = answer.Replace("\r\n", "\n").Split('\n');
        var status = lines[0].Split(' ');
        if (status.Length < 3 || status[0].Length == 0 || !status[0].StartsWith(server.IsRspamd ? "RSPAMD/" : "SPAMD/", StringComparison.Ordinal) || status[1] != "0" || status[2] != "EX_OK") return null;
        return server.IsRspamd ? ReadRspamd(lines) : ReadSpamd(lines);
    }

    /// <summary>A field "Spam: True ; 15.3 / 5.0", then an empty line and the report; or, instead of the field, "15.3/5.0" as the first line of the report.</summary>
    static SpamVerdict? ReadSpamd(string[] lines)
    {
        var empty = Array.IndexOf(lines, "", 1);
        if (empty < 0 || empty == lines.Length - 1) return null;
        var field = lines[1..empty].FirstOrDefault(l => l.StartsWith("Spam:", StringComparison.OrdinalIgnoreCase));
        var report = lines[(empty + 1)..];
        var numbers = field is not null ? field[(field.IndexOf(';') + 1)..] : report.FirstOrDefault("");
        if (!TryScores(numbers, out var score, out var threshold)) return null;
        return new(score, threshold, score >= threshold ? "reject" : "no action", Folded(field is null ? report[1..] : report));
    }

    /// <summary>"Metric: default; True; 17.3 / 15.0 / 0.0", then lines of which one may be "Action: …".</summary>
    static SpamVerdict? ReadRspamd(string[] lines)
    {
        var metric = Array.FindIndex(lines, l => l.StartsWith("Metric:", StringComparison.OrdinalIgnoreCase));
        if (metric < 0 || !TryScores(lines[metric][(lines[metric].LastIndexOf(';') + 1)..], out var score, out var threshold)) return null;
        var report = lines[(metric + 1)..];
        const string Action = "Action: ";
        var action = report.FirstOrDefault(l => l.StartsWith(Action, StringComparison.OrdinalIgnoreCase));
        return new(score, threshold, action is null ? "" : action[Action.Length..], Folded(report));
    }

    static bool TryScores(string text, out double score, out double threshold)
    {
        var parts = text.Split('/');
        threshold = score = 0;
        return parts.Length >= 2 && TryNumber(parts[0], out score) && TryNumber(parts[1], out threshold);
    }

    static bool TryNumber(string text, out double number) =>
        double.TryParse(text.AsSpan().Trim(' '), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && Math.Abs(number) <= LargestScore;

    /// <summary>As the value of a header field: every line after the first begins with a space.</summary>
    static string Folded(string[] report) => string.Join("\n ", report.Reverse().SkipWhile(l => l.Length == 0).Reverse());
}
