using System.Runtime.CompilerServices;
using ScriptMta.Tests.Reception;

namespace ScriptMta.Tests.Acl;

/// <summary>verdicts.txt: ACLs for RCPT (a second list "inner" may follow), and what Exim 4.96 -bh answered to RCPT TO:&lt;User@Y.example&gt; from a@b.example at 192.0.2.5, and logged.</summary>
public sealed class AclAgainstEximTests
{
    const string Routers = """
        begin routers
        bad:
          driver = redirect
          domains = b.example
          data = :fail: no such sender
          allow_fail
        r:
          driver = redirect
          address_data = ad
          data = :blackhole:
        """;

    public static TheoryData<string> Cases
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var text in File.ReadAllText(Path.Combine(Folder(), "verdicts.txt")).Split("===\n")) data.Add(text);
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task An_ACL_answers_and_logs_as_Exim_does(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var rules = lines.Where(l => !l.StartsWith("reply: ", StringComparison.Ordinal) && !l.StartsWith("log: ", StringComparison.Ordinal));
        var expected = lines.Except(rules).ToList();
        var acl = string.Join('\n', rules.Select(l => l == "inner:" ? l : "  " + l));
        await using var fixture = await ReceptionFixture.OfAsync($"acl_smtp_rcpt = rcpt\nbegin acl\nrcpt:\n{acl}\n{Routers}");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("HELO c.x");
        await client.SayAsync("MAIL FROM:<a@b.example>");
        var reply = await client.SayAsync("RCPT TO:<User@Y.example>");
        var seen = reply.Split('\n').Select(l => "reply: " + l).ToList();
        // Cases without a log: line are those where the wording of a log line is not Exim's on purpose.
        if (expected.Exists(l => l.StartsWith("log: ", StringComparison.Ordinal)) || !reply.StartsWith('5'))
            seen.AddRange(fixture.Log().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => "log: " + l["2026-03-01 12:00:00 ".Length..]));
        Assert.Equal(expected, seen);
    }

    static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
