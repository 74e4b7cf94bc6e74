using ScriptMta.Acl;
using ScriptMta.Logging;

namespace ScriptMta.Tests.Reception;

public sealed class SessionRulesTests
{
    [Fact]
    public async Task A_host_that_is_looked_up_is_greeted_and_recorded_by_its_name()
    {
        await using var fixture = await ReceptionFixture.OfAsync("host_lookup = *\nacl_smtp_rcpt = accept hosts = *.client.example\n",
            prepare: f => f.Dns.Add("192.0.2.5 PTR host.client.example").Add("host.client.example A 192.0.2.5"));
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        Assert.Equal("250 mx.test.example Hello host.client.example [192.0.2.5]", await client.SayAsync("HELO other.example"));
        await client.SayAsync("MAIL FROM:<a@b.example>");
        Assert.Equal("250 Accepted", await client.SayAsync("RCPT TO:<x@y.example>"));
        await client.SayAsync("DATA");
        await client.SayAsync(".");
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.StartsWith(" from host.client.example ([192.0.2.5] helo=other.example)\n\t", message.Headers.First("Received")!.Body, StringComparison.Ordinal);
        Assert.Contains("<= a@b.example H=host.client.example (other.example) [192.0.2.5] P=smtp", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_a_name_is_logged_and_may_talk()
    {
        await using var fixture = await ReceptionFixture.OfAsync("host_lookup = *\n");
        await using var client = fixture.Connect();
        Assert.StartsWith("220 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Contains("no host name found for IP address 192.0.2.5", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_DNS_that_does_not_answer_is_not_a_no()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept !hosts = *.bad.example\n", prepare: f => f.Dns.Add("192.0.2.5 AGAIN PTR"));
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("HELO a.b");
        await client.SayAsync("MAIL FROM:<a@b.example>");
        Assert.Equal("451 Temporary local problem - please try later", await client.SayAsync("RCPT TO:<x@y.example>"));
    }

    [Fact]
    public async Task A_JavaScript_function_is_a_condition()
    {
        await using var fixture = await ReceptionFixture.OfAsync("js_files = DIR/rules.js\nacl_smtp_rcpt = check\nbegin acl\ncheck:\n  accept js = isLucky $local_part\n  deny message = not lucky\n",
            prepare: f => File.WriteAllText(Path.Combine(f.Directory, "rules.js"), "function isLucky(msg, name) { return String(name) === 'seven'; }"));
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("HELO a.b");
        await client.SayAsync("MAIL FROM:<>");
        Assert.Equal("250 Accepted", await client.SayAsync("RCPT TO:<seven@y.example>"));
        Assert.Equal("550 not lucky", await client.SayAsync("RCPT TO:<six@y.example>"));
    }

    [Fact]
    public async Task A_trace_tells_which_rule_decided()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_connect = check\nbegin acl\ncheck:\n  deny hosts = 192.0.2.9\n  accept condition = yes\n");
        var context = fixture.Context();
        context.Trace = new TraceRecorder();
        context.Connection.HostAddress = "192.0.2.5";
        var verdict = await fixture.Rules.Acls.RunAsync(AclWhere.Connect, new AclSession(), context, CancellationToken.None);
        Assert.Equal(AclVerdictKind.Accept, verdict.Kind);
        Assert.Equal(["begins", "no", "false, next statement", "yes", "true: ends the ACL"], context.Trace.Steps.Where(s => s.Kind is "acl" or "condition").Select(s => s.Result));
    }

    [Fact]
    public async Task A_session_keeps_the_rules_that_it_began_with()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\n");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        fixture.Replace(fixture.Rules with { Acls = new(AclSet.Empty, null) });
        await client.SayAsync("HELO a.b");
        await client.SayAsync("MAIL FROM:<>");
        Assert.Equal("250 Accepted", await client.SayAsync("RCPT TO:<x@y.example>"));
    }
}
