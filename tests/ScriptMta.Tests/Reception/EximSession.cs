using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Reception;

/// <summary>One SMTP session (-bs) with the oracle that leaves its messages in the queue, and what Exim made of the last one.</summary>
static class EximSession
{
    /// <param name="Log">The main log, with stamps.</param>
    public sealed record Result(string Output, string Sender, IReadOnlyList<string> Recipients, IReadOnlyList<HeaderField> Headers, string Log);

    public static Result Run(string configuration, string input)
    {
        var spool = Directory.CreateTempSubdirectory("scriptmta-session-");
        try
        {
            // Exim gives up root before it writes.
            File.SetUnixFileMode(spool.FullName, (UnixFileMode)0x1ff);
            var file = Path.Combine(spool.FullName, "exim.conf");
            File.WriteAllBytes(file, Latin1.Encode($"spool_directory = {spool.FullName}\nlog_file_path = {spool.FullName}/%slog\nqueue_only\nkeep_environment =\n{configuration}"));
            var (output, _, _) = Oracle.Run(["-C", file, "-bs"], input.Split('\n'));
            var log = Path.Combine(spool.FullName, "mainlog");
            return Of(spool, output, File.Exists(log) ? Latin1.Decode(File.ReadAllBytes(log)) : "");
        }
        finally { spool.Delete(recursive: true); }
    }

    static Result Of(DirectoryInfo spool, string output, string log)
    {
        var input = Path.Combine(spool.FullName, "input");
        if (!Directory.Exists(input) || Directory.GetFiles(input, "*-H").Order(StringComparer.Ordinal).LastOrDefault() is not { } file) return new(output, "", [], [], log);
        var text = Latin1.Decode(File.ReadAllBytes(file));
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = text[..end].Split('\n');
        return new(output, lines[2], lines[(Array.IndexOf(lines, "XX") + 2)..], Headers(text[(end + 2)..]), log);
    }

    /// <summary>"038F From: …": the length, the kind, and the field with its line end. "*" is a field that is no longer part of the message.</summary>
    static List<HeaderField> Headers(string text)
    {
        var fields = new List<HeaderField>();
        for (var at = 0; at + 5 < text.Length;)
        {
            var digits = text.AsSpan(at).IndexOfAnyExceptInRange('0', '9');
            var length = int.Parse(text.AsSpan(at, digits), CultureInfo.InvariantCulture);
            var start = at + digits + 2;
            var field = text.Substring(start, length).TrimEnd('\n');
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            if (text[at + digits] != '*') fields.Add(new(field[..colon], field[(colon + 1)..]));
            at = start + length;
        }
        return fields;
    }
}
