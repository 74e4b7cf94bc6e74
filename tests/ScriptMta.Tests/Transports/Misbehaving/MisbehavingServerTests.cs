using System.Globalization;
using System.Text.RegularExpressions;
using ScriptMta.Logging;
using ScriptMta.Queue;
using ScriptMta.Tests.Smtp;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>Servers that misbehave in every way that could be thought of: each recipient's outcome, and one line in the log for each thing that happened.</summary>
public sealed partial class MisbehavingServerTests
{
    public static TheoryData<string> Names => [.. Misbehaviours.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_has_its_outcome_and_its_lines(string name)
    {
        var bad = Misbehaviours.All.Single(m => m.Name == name);
        Assert.Equal(bad.Lines.Order(), (await LinesAsync(bad)).Order());
    }

    [Fact]
    public async Task Exim_logs_the_same_lines()
    {
        var all = Misbehaviours.All.Where(m => m.Differs is null).ToList();
        Assert.True(all.Count > 40);
        foreach (var part in all.Chunk(8))
            foreach (var (bad, lines) in await Task.WhenAll(part.Select(async m => (m, await EximMain.LinesAsync(m)))))
                Assert.Equal((string.Join('\n', bad.Lines.Order()), bad.Name), (string.Join('\n', lines.Select(Normal).Order()), bad.Name));
    }

    static async Task<IReadOnlyList<string>> LinesAsync(Misbehaviour bad)
    {
        await using var server = new ScriptedServer(bad.Script) { IsLmtp = bad.IsLmtp };
        var limit = bad.IsSlow ? "1s" : "20s";
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\ncommand_timeout = {limit}\ndata_timeout = {limit}\nfinal_timeout = {limit}\nallow_localhost\n");
        var outcomes = await bench.DeliverAsync(["a@remote.test", .. bad.More]);
        var lines = bench.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[(l.IndexOf(" H=", StringComparison.Ordinal) + 1)..]).ToList();
        lines.AddRange(outcomes.Select(Line));
        return [.. lines.Select(Normal)];
    }

    static string Line(DeliveryOutcome outcome)
    {
        var r = outcome.Recipient;
        return outcome switch
        {
            DeliveryOutcome.Delivered d => QueueLog.Delivered(d, additional: false, default, LogOptions.Default),
            DeliveryOutcome.Failed f => QueueLog.Failed(new(r.Address, r.Router, r.Transport, f.Text, null, f.Host, f.SmtpReply, f.Status, null, null) { LogHost = f.LogHost.Length > 0 ? f.LogHost : f.Host }, "", LogOptions.Default),
            DeliveryOutcome.Deferred d => QueueLog.Deferred(new(r.Address, r.Router, r.Transport, d.Error, d.Text, d.Host, d.Errno, null), LogOptions.Default),
            _ => throw new InvalidOperationException(),
        };
    }

    static string Normal(string line) => Run().Replace(Written().Replace(Size().Replace(line, "SIZE=n"), "(n bytes"), "xxx…");

    [GeneratedRegex(@"SIZE=\d+")]
    private static partial Regex Size();

    [GeneratedRegex("x{20,}")]
    private static partial Regex Run();

    [GeneratedRegex(@"\(\d+ bytes")]
    private static partial Regex Written();
}
