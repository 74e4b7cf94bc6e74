using ScriptMta.Acl;
using ScriptMta.Expansion;
using ScriptMta.Tests.Reception;

namespace ScriptMta.Tests.Acl;

/// <summary>Arguments that a peer could make long or strange: they are answered, in bounded time and memory.</summary>
public sealed class HostileArgumentTests
{
    static readonly string[] Conditions = ["ratelimit", "seen", "dnslists"];
    static readonly string[] Modifiers = ["control", "queue", "delay", "logwrite", "log_reject_target", "add_header", "remove_header", "message"];

    /// <summary>Runs one part whose argument is a peer's text.</summary>
    static async Task<AclVerdictKind> RunAsync(string part, string argument)
    {
        await using var fixture = await OpenAsync(part);
        return await RunAsync(fixture, argument);
    }

    static Task<ReceptionFixture> OpenAsync(string part) => ReceptionFixture.OfAsync($"acl_smtp_rcpt = r\nbegin acl\nr:\n  deny {part} = $acl_m_text\n  accept\n");

    static async Task<AclVerdictKind> RunAsync(ReceptionFixture fixture, string argument)
    {
        var context = fixture.Context();
        context.Connection.HostAddress = "192.0.2.5";
        context.Message.AclVariables["_text"] = Value.Clean(argument);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return (await fixture.Rules.Acls.RunAsync(AclWhere.Rcpt, new AclSession(), context, limit.Token)).Kind;
    }

    public static TheoryData<string, string> Lengthy
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var part in Conditions.Concat(Modifiers))
            {
                data.Add(part, "slashes");
                data.Add(part, "colons");
                data.Add(part, "letters");
                data.Add(part, "lines");
                data.Add(part, "numbers");
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Lengthy))]
    public async Task Long_arguments_are_answered(string part, string shape)
    {
        var text = shape switch
        {
            "slashes" => "1/1h" + string.Concat(Enumerable.Repeat("/a", 100_000)),
            "colons" => string.Concat(Enumerable.Repeat("-x.example:", 100_000)),
            "letters" => new string('a', 1_000_000),
            "lines" => string.Concat(Enumerable.Repeat("X-A: b\n", 20_000)),
            _ => new string('9', 100_000) + "/1h",
        };
        if (part == "delay" && shape == "numbers") text = "9s" + text;
        Assert.True(Enum.IsDefined(await RunAsync(part, text)));
    }

    [Fact]
    public async Task Any_bytes_are_answered()
    {
        var random = new Random(7);
        string[] words = ["1", "/", "1h", "strict", "per_mail", "per_addr", "unique=", "count=", "-", "5m", "key=", "refresh=", "readonly", "=", "&", "!", ",", ":", "::", "<;", "+include_unknown", "127.0.0.1", "one.example", "\0", "\n", " ", "\u00ff", "debug", "submission", "/name=", "dscp"];
        foreach (var part in Conditions.Concat(Modifiers).Where(p => p != "delay"))
        {
            await using var fixture = await OpenAsync(part);
            for (var i = 0; i < 100; i++)
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => words[random.Next(words.Length)]));
                Assert.True(Enum.IsDefined(await RunAsync(fixture, text)));
            }
        }
    }

    [Fact]
    public async Task A_peer_that_fills_the_hints_meets_the_limit_and_rates_still_work()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = r\nbegin acl\nr:\n  warn ratelimit = 100/1h/strict/per_cmd/$acl_m_text\n  accept\n");
        var context = fixture.Context();
        context.Connection.HostAddress = "192.0.2.5";
        for (var i = 0; i < 20_000; i++)
        {
            context.Message.AclVariables["_text"] = Value.Clean(i + new string('k', 3000));
            await fixture.Rules.Acls.RunAsync(AclWhere.Rcpt, new AclSession(), context, CancellationToken.None);
        }
        // A key of any length is kept as 32 bytes.
        Assert.InRange(fixture.Rules.Acls.Hints.LiveBytes, 1, 20_000 * 100);
        Assert.Equal("1.0", context.Variables["sender_rate"].Text);
    }
}
