using System.Text.RegularExpressions;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Reception;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Reception;

/// <summary>
/// Whole messages through the rules of rewriting/session.conf, as Exim takes them. A row of session.txt is the argument of MAIL, those of RCPT, and header fields;
/// it comes to the replies, the envelope, the fields but for those made for every message, and what the log tells.
/// </summary>
public sealed partial class RewritingTests
{
    static readonly string Rules = Latin1.Decode(File.ReadAllBytes(RuleLines.FileOf("Reception", "rewriting", "session.conf")));

    static List<ExpansionCases.Case> Rows => ExpansionCases.Read(RuleLines.FileOf("Reception", "rewriting", "session.txt"));

    [Fact]
    public void Exim_says_what_the_rows_say()
    {
        const string main = "primary_hostname = mx.test.example\nqualify_domain = qd.example\n";
        var wrong = Rows.Select(row => (Row: row, Said: Said(row, EximSession.Run(main + Rules, Input(row))))).Where(pair => pair.Said == pair.Row.Output != pair.Row.Difference is null);
        if (Report(wrong, "Exim") is { Length: > 0 } report) Assert.Fail(report);
    }

    [Fact]
    public async Task So_does_ScriptMta()
    {
        var wrong = new List<(ExpansionCases.Case, string)>();
        await using var fixture = await ReceptionFixture.OfAsync(Rules.Replace("log_selector", "# ", StringComparison.Ordinal), logSelectors: "address_rewrite received_sender received_recipients");
        foreach (var row in Rows)
        {
            var said = Said(row, await OursAsync(fixture, row));
            if (said != row.Output) wrong.Add((row, said));
        }
        if (Report(wrong, "ours") is { Length: > 0 } report) Assert.Fail(report);
    }

    static string Input(ExpansionCases.Case row)
    {
        var parts = row.Input.Split(" ## ");
        var recipients = string.Concat(parts[1].Split(" ; ").Select(r => $"RCPT TO:{r}\n"));
        return $"HELO me\nMAIL FROM:{parts[0]}\n{recipients}DATA\n{parts[2].Replace("\u00c2\u00b6", "\n", StringComparison.Ordinal)}\n\nbody\n.\nQUIT";
    }

    static async Task<EximSession.Result> OursAsync(ReceptionFixture fixture, ExpansionCases.Case row)
    {
        var logged = fixture.Log().Length;
        using var input = new MemoryStream(Latin1.Encode(Input(row) + "\n"));
        using var output = new MemoryStream();
        await new LocalSubmission(fixture.Spool, () => fixture.Rules, fixture.Ids).ConverseAsync(new() { CallerUid = 0, CallerGid = 0 }, input, output, CancellationToken.None);
        var (message, _) = (await fixture.StoredAsync())[^1];
        return new(Latin1.Decode(output.ToArray()), $"<{message.Envelope.Sender}>", [.. message.Envelope.Recipients.Select(r => r.Address.ToString())], message.Headers.Fields, fixture.Log()[logged..]);
    }

    static string Said(ExpansionCases.Case row, EximSession.Result result)
    {
        var codes = result.Output.Split("\r\n").Where(l => l.Length > 3 && l[3] == ' ').Select(l => l[..3]).Skip(2).Take(1 + row.Input.Split(" ## ")[1].Split(" ; ").Length);
        var log = result.Log.Split('\n').Select(l => Stamp().Replace(l, "")).Where(l => l.Length > 0 && !l.Contains("purging", StringComparison.Ordinal) && !l.Contains("keep_environment", StringComparison.Ordinal))
            .Select(l => "! " + Arrival().Replace(l, "<="));
        return string.Join('\n', [string.Join(' ', codes), $"{result.Sender} > {string.Join(' ', result.Recipients)}", .. result.Headers.Where(IsKept).Select(h => h.ToString()), .. log]);
    }

    static bool IsKept(HeaderField field) => !Made().IsMatch(field.Name);

    static string Report(IEnumerable<(ExpansionCases.Case Row, string Said)> wrong, string who) => string.Concat(wrong.Select(pair =>
        Latin1.ToUnicode($"\n{pair.Row.File}:{pair.Row.Line}: {pair.Row.Input}\n  file {pair.Row.Output.Replace("\n", "¶")}\n  {who} {pair.Said.Replace("\n", "¶")}")));

    [GeneratedRegex(@"^\S+ \S+ (\w{6}-\w{6,11}-\w{2,4} )?")]
    private static partial Regex Stamp();

    [GeneratedRegex("^<= .*?(?= from <)")]
    private static partial Regex Arrival();

    [GeneratedRegex("^(Resent-)?(Received|Message-Id|Date)$", RegexOptions.IgnoreCase)]
    private static partial Regex Made();
}
