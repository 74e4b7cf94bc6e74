using System.Text;
using ScriptMta.Admin;
using ScriptMta.Mail;
using ScriptMta.Tests.Queue;

namespace ScriptMta.Tests.Admin;

/// <summary>The verbs of <c>scriptmta queue</c> on a real spool.</summary>
public sealed class QueueVerbTests : IAsyncDisposable
{
    readonly QueueBench _bench = new("""
        begin routers
        later:
          driver = redirect
          allow_defer
          data = :defer: not now
        begin transports
        begin retry
        * * F,2h,15m
        """);

    AdminServices Services => new()
    {
        Spool = _bench.Spool, Queue = _bench.Queue, Ids = new(_bench.Clock, 1), Reception = () => null!, Log = _bench.Environment.Log, Clock = _bench.Clock, Directory = _bench.Directory, Reload = () => "", TlsReports = (_, _) => ValueTask.FromResult(""),
    };

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    async Task<(int Status, string Output, string Error)> AskAsync(string command, string[] arguments, params (string Name, string Value)[] options)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var request = new AdminRequest(command, arguments, options.ToDictionary(o => o.Name, o => o.Value));
        var row = AdminCommands.All(Services).Single(c => c.Name == command);
        var status = await row.Run(new AdminCall(request, Caller.Ourselves, Stream.Null, new StandardOutput(output, error)), CancellationToken.None);
        return (status, Encoding.Latin1.GetString(output.ToArray()), Encoding.Latin1.GetString(error.ToArray()));
    }

    Task<(int Status, string Output, string Error)> QueueAsync(string verb, string filter, params (string Name, string Value)[] options) =>
        AskAsync("queue", [], [("verb", verb), ("filter", filter), .. options]);

    async Task<MessageId> WaitingAsync(string sender, params string[] recipients) => await _bench.CommitAsync(sender, "Subject: s\n", "b\r\n", new(QueueOnly: true), recipients);

    string[] Recipients(MessageId id) => [.. _bench.Queue.Describe(_bench.Spool.Find(id)!.Value)!.Waiting.Select(r => r.Address)];

    [Fact]
    public async Task What_a_filter_means_is_counted_frozen_and_let_go_again()
    {
        foreach (var i in Enumerable.Range(0, 10)) await WaitingAsync($"s@d{i % 2}.test", $"r{i}@x.test");
        Assert.Equal((0, "5 messages match; nothing is done\n", ""), await QueueAsync("freeze", "sender.domain=d1.test", ("dry-run", "")));
        Assert.DoesNotContain(_bench.Spool.Entries(), e => e.Frozen);
        Assert.Equal((0, "5 messages match, 5 frozen (to take it back: scriptmta queue undo 1)\n", ""), await QueueAsync("freeze", "sender.domain=d1.test"));
        Assert.Equal(5, _bench.Spool.Entries().Count(e => e.Frozen));
        Assert.Equal((0, "5\n", ""), await AskAsync("count", [], ("filter", "frozen=yes")));
        var (status, output, error) = await QueueAsync("freeze", "all", ("limit", "3"));
        Assert.Equal((1, "3 messages match, 2 frozen, 1 not (to take it back: scriptmta queue undo 2)\n"), (status, output));
        Assert.Matches("^scriptmta: message [^ ]+ is already frozen\n$", error);
        Assert.Equal((0, "3 messages match, 3 as before\n", ""), await AskAsync("undo", ["2"]));
        Assert.Equal(5, _bench.Spool.Entries().Count(e => e.Frozen));
        Assert.Equal((0, "5 messages match, 5 as before\n", ""), await AskAsync("undo", ["1"]));
        Assert.DoesNotContain(_bench.Spool.Entries(), e => e.Frozen);
        Assert.Equal(64, (await AskAsync("undo", ["1"])).Status);
    }

    [Fact]
    public async Task A_removal_can_be_taken_back_until_its_time_is_over_and_survives_a_restart()
    {
        var id = await WaitingAsync("s@d.test", "r@x.test");
        Assert.Equal((0, "1 message matches, 1 removed (to take it back: scriptmta queue undo 1)\n", ""), await QueueAsync("remove", id.Text));
        Assert.Empty(_bench.Spool.Entries());
        Assert.Null(_bench.Spool.Find(id));
        Assert.Single(_bench.Spool.SetAside());
        await _bench.RestartAsync(everything: false);
        Assert.Empty(_bench.Spool.Entries());
        Assert.Matches(@"^ +1  .* remove +1 messages  ", (await AskAsync("undo", [])).Output);
        Assert.Equal((0, "1 message matches, 1 as before\n", ""), await AskAsync("undo", ["1"]));
        Assert.Equal(id, Assert.Single(_bench.Spool.Entries()).Id);
        Assert.Equal(["r@x.test"], Recipients(id));
        await QueueAsync("remove", "all", ("keep", "1h"));
        _bench.Clock.Advance(TimeSpan.FromHours(2));
        await _bench.Queue.RunAsync(new(), CancellationToken.None);
        Assert.Empty(_bench.Spool.SetAside());
        var (status, _, error) = await AskAsync("undo", ["2"]);
        Assert.Equal((1, $"scriptmta: message {id} is gone for good\n"), (status, error));
        Assert.Contains("removal taken back by root", _bench.Log);
    }

    [Fact]
    public async Task Recipients_and_sender_are_edited_and_put_back()
    {
        var id = await WaitingAsync("s@d.test", "a@old.test", "b@old.test", "c@other.test");
        await QueueAsync("edit", id.Text, ("from", "a@old.test"), ("to", "z@new.test"));
        Assert.Equal(["b@old.test", "c@other.test", "z@new.test"], Recipients(id));
        await QueueAsync("reroute", "rcpt.domain=old.test", ("from-domain", "old.test"), ("domain", "new.test"));
        Assert.Equal(["c@other.test", "z@new.test", "b@new.test"], Recipients(id));
        await QueueAsync("edit", id.Text, ("sender", "<>"));
        Assert.Equal("", _bench.Queue.Describe(_bench.Spool.Find(id)!.Value)!.Sender);
        foreach (var number in new[] { "3", "2", "1" }) Assert.Equal(0, (await AskAsync("undo", [number])).Status);
        Assert.Equal(["a@old.test", "b@old.test", "c@other.test"], Recipients(id).Order());
        Assert.Equal("s@d.test", _bench.Queue.Describe(_bench.Spool.Find(id)!.Value)!.Sender);
        Assert.Equal((64, "", "scriptmta: bad address nodomain: it needs a domain\n"), await QueueAsync("edit", "all", ("sender", "nodomain")));
    }

    [Fact]
    public async Task Wrong_words_are_refused_before_anything_is_done()
    {
        await WaitingAsync("s@d.test", "r@x.test");
        Assert.Equal((64, "", "scriptmta: filter:column 4: \"age\" knows > < >= <= =, not ~\n  age~x\n"), await QueueAsync("freeze", "age~x"));
        Assert.Equal((64, "", "scriptmta: queue: there is no verb \"explode\"\n"), await QueueAsync("explode", "all"));
        Assert.Equal((64, "", "scriptmta: --keep \"never\" is no time: as in 12h, 1d or 0s\n"), await QueueAsync("remove", "all", ("keep", "never")));
        Assert.Equal((64, "", "scriptmta: edit needs --sender ADDRESS, or --rcpt OLD and --to NEW\n"), await QueueAsync("edit", "all"));
        Assert.Single(_bench.Spool.Entries());
    }

    [Fact]
    public async Task A_retry_tries_and_json_counts()
    {
        await WaitingAsync("s@d.test", "r@x.test");
        Assert.Equal((0, "{\"verb\":\"retry\",\"matched\":1,\"dry_run\":false,\"done\":1,\"undo\":null,\"failed\":[]}\n", ""), await QueueAsync("retry", "tried=no", ("json", "")));
        Assert.Equal((0, "1\n", ""), await AskAsync("count", [], ("filter", "tried=yes last.text~\"not now\"")));
        Assert.Equal(0, (await QueueAsync("bounce", "all")).Status);
        Assert.Single(_bench.Spool.Entries()); // the report
    }

    [Fact]
    public async Task A_summary_counts_as_exiqsumm_does()
    {
        await WaitingAsync("s@d.test", "a@x.test", "b@x.test", "c@y.test");
        await WaitingAsync("s@d.test", "a@Y.test");
        Assert.Equal("\nCount  Volume  Oldest  Newest  Domain\n-----  ------  ------  ------  ------\n\n    2      28      0m      0m  x.test\n    2      28      0m      0m  y.test\n"
            + new string('-', 63) + "\n    4      56      0m      0m  TOTAL\n\n", (await AskAsync("summary", [])).Output);
    }

    [Fact]
    public void Administrators_are_root_the_owner_and_the_groups_that_are_named()
    {
        var nobody = new Caller(1, 65534, 65534);
        Assert.False(AdminRights.Default.IsAdministrator(nobody));
        Assert.True(AdminRights.Default.IsAdministrator(Caller.Ourselves));
        Assert.True(new AdminRights { Groups = ["65534"] }.IsAdministrator(nobody));
        Assert.True(new AdminRights { Groups = ["nogroup"] }.May(nobody, AdminNeed.Administrator));
        Assert.True(AdminRights.Default.May(nobody, AdminNeed.Nothing));
        Assert.False(AdminRights.Default.May(nobody, AdminNeed.Listing));
        Assert.True(new AdminRights { ListRequiresAdmin = false }.May(nobody, AdminNeed.Listing));
        Assert.False(new AdminRights { ListRequiresAdmin = false }.May(nobody, AdminNeed.Prodding));
        Assert.True(new AdminRights { ProdRequiresAdmin = false }.May(nobody, AdminNeed.Prodding));
        Assert.False(new AdminRights { ProdRequiresAdmin = false, ListRequiresAdmin = false }.May(nobody, AdminNeed.Administrator));
    }
}
