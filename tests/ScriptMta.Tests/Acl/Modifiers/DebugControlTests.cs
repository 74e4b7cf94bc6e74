using ScriptMta.Tests.Reception;

namespace ScriptMta.Tests.Acl;

/// <summary>control = debug: a trace of the rules in the log directory.</summary>
public sealed class DebugControlTests
{
    /// <summary>The files that a session leaves, by name; local parts choose the rule.</summary>
    static async Task<Dictionary<string, string>> RunAsync(string rules, params string[] localParts)
    {
        var logs = "";
        await using var fixture = await ReceptionFixture.OfAsync($"acl_smtp_rcpt = r\nbegin acl\nr:\n{rules}\n  accept\n",
            prepare: f => logs = System.IO.Directory.CreateDirectory(Path.Combine(f.Directory, "log")).FullName, logOptions: options => options with { Directory = logs });
        await using (var client = fixture.Connect())
        {
            await client.ReadReplyAsync();
            foreach (var line in (string[])["HELO x", "MAIL FROM:<a@b.example>", .. localParts.Select(p => $"RCPT TO:<{p}@d.example>"), "QUIT"]) await client.SayAsync(line);
            await client.Session;
        }
        return new DirectoryInfo(logs).GetFiles().ToDictionary(f => f.Name, f => File.ReadAllText(f.FullName));
    }

    [Fact]
    public async Task What_rules_do_from_then_on_is_in_a_file_with_the_tag()
    {
        var files = await RunAsync("  warn local_parts = on\n       control = debug/tag=.$sender_host_address\n  warn local_parts = other", "before", "on", "after");
        var (name, text) = Assert.Single(files);
        Assert.Equal("debuglog.192.0.2.5", name);
        Assert.Contains("local_parts = other", text, StringComparison.Ordinal);
        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3} ", text);
        Assert.Equal(2, text.Split("local_parts = other: no").Length - 1);
    }

    [Fact]
    public async Task It_can_be_stopped_and_thrown_away()
    {
        const string rules = "  warn local_parts = on\n       control = debug\n  warn local_parts = stop\n       control = debug/stop\n  warn local_parts = kill\n       control = debug/kill\n  warn local_parts = last";
        var (name, stopped) = Assert.Single(await RunAsync(rules, "on", "stop", "after"));
        Assert.Equal("debuglog", name);
        Assert.Single(stopped.Split("local_parts = last: no").Skip(1));
        Assert.Empty(await RunAsync(rules, "on", "kill", "after"));
    }

    [Fact]
    public async Task A_pretrigger_keeps_the_last_bytes_until_the_trigger()
    {
        const string rules = "  warn local_parts = on\n       control = debug/pretrigger=300\n  warn local_parts = now\n       control = debug/trigger=now\n  warn local_parts = last";
        Assert.Empty(await RunAsync(rules, "on", "a", "b", "c"));
        var (_, text) = Assert.Single(await RunAsync(rules, "on", "a", "b", "c", "d", "now", "after"));
        Assert.InRange(text.Length, 300, 3000);
        Assert.DoesNotContain("local_parts = on: yes", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_in_the_panic_log_is_a_trigger()
    {
        const string rules = "  warn local_parts = on\n       control = debug/pretrigger=2000/trigger=paniclog\n  warn local_parts = panic\n       logwrite = :panic: trouble";
        Assert.Empty(await RunAsync(rules, "on", "a"));
        Assert.Contains("local_parts = panic", Assert.Single(await RunAsync(rules, "on", "panic")).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_is_never_another_directory()
    {
        var files = await RunAsync("  warn set acl_m_tag = ${sg{$local_part}{=}{/}}\n       control = debug/tag=$acl_m_tag", "..=..=etc=x y");
        Assert.All(files.Keys, name => Assert.StartsWith("debuglog", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Line_ends_of_a_peer_make_no_lines()
    {
        var (_, text) = Assert.Single(await RunAsync("  warn control = debug\n  warn condition = ${if eq{$acl_m_x}{one\\ntwo}}\n       set acl_m_x = one\\ntwo", "x"));
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3} ", line));
    }
}
