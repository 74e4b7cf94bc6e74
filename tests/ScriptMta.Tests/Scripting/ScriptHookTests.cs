using ScriptMta.Expansion;
using ScriptMta.Scripting;

namespace ScriptMta.Tests.Scripting;

/// <summary>Hooks of ACLs and routers: what they see and what their answers mean.</summary>
public sealed class ScriptHookTests
{
    [Theory]
    [InlineData("mta.message.subject", "Grüße")]
    [InlineData("mta.message.sender", "sender@far.example")]
    [InlineData("mta.message.headers.get('x-one')", "1")]
    [InlineData("mta.message.headers.get('x-none')", "null")]
    [InlineData("mta.message.headers.all('X-One').join('|')", "1|2")]
    [InlineData("mta.message.headers.names().join()", "Subject,X-One,X-One")]
    [InlineData("mta.message.body(3)", "the")]
    [InlineData("mta.message.body()", "the body")]
    [InlineData("mta.envelope.sender + mta.envelope.recipients.length", "sender@far.example1")]
    [InlineData("mta.connection.hostAddress", "192.0.2.1")]
    [InlineData("mta.recipient.address + mta.recipient.localPart + mta.recipient.domain", "support@example.comsupportexample.com")]
    [InlineData("mta.variables.acl_m_x", "set")]
    [InlineData("mta.dryRun", "false")]
    [InlineData("lookup('lsearch', 'alpha', 'ls')", "data a")]
    [InlineData("lookup('lsearch', mta.recipient.domain, 'none-such-key') === null ? 'null' : 'found'", "DEFER")]
    [InlineData("lookup('dsearch', 'nope', 'd')", "null")]
    [InlineData("lookup('lsearch', 'x', mta.message.subject)", "DEFER")]
    [InlineData("match.domain('x.example', '*.example')", "true")]
    [InlineData("match.host('10.1.1.1', '+relays') + match.address('a@b.example', '+people') + match.localPart('root', '+parts')", "3")]
    public void The_host_object_shows_the_message(string expression, string expected)
    {
        using var world = new ScriptWorld($"function f(mta) {{ return {{ fail: String({expression}) }}; }}");
        var context = world.Context("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", "X-One: 1", "X-One: 2");
        context.Message.AclVariables["_x"] = Value.Clean("set");
        var outcome = world.Pool.DecideRoute("f", [], context);
        if (expected == "DEFER") Assert.IsType<RouterScriptOutcome.Defer>(outcome);
        else Assert.Equal(expected, ScriptMta.Common.Latin1.ToUnicode(Assert.IsType<RouterScriptOutcome.Fail>(outcome).Text));
    }

    [Theory]
    [InlineData("undefined", "Holds(False)")]
    [InlineData("null", "Holds(False)")]
    [InlineData("true", "Holds(True)")]
    [InlineData("'deny'", "Ends(Deny,,)")]
    [InlineData("{ verdict: 'defer', text: 'later', log: 'why' }", "Ends(Defer,later,why)")]
    [InlineData("{ result: true, set: { acl_m_y: 'v' } }", "Holds(True) y=v")]
    [InlineData("{ result: true, headers: { 'X-A': 'b' } }", "Holds(True) X-A: b")]
    [InlineData("{ verdict: 'accept', headers: ['X-A: b', 'X-C:d'] }", "Ends(Accept,,) X-A: b X-C: d")]
    [InlineData("'maybe'", "Failed: returned the verdict \"maybe\", which is none of accept, defer, deny, discard")]
    [InlineData("5", "Failed: returned 5, which is neither true, false, a verdict nor an object")]
    [InlineData("{ verdct: 'deny' }", "Failed: returned an object with the unknown property \"verdct\" (known: verdict, result, text, log, set, headers, removeHeaders)")]
    [InlineData("{ headers: { 'X-A': 'b\\r\\nX-B: c' } }", "Failed: returned the header X-A with a line end or NUL in its value")]
    [InlineData("{ headers: { 'X A': 'b' } }", "Failed: returned a header with the name \"X A\", which RFC 5322 2.2 does not allow")]
    [InlineData("{ set: { local_part: 'x' } }", "Failed: sets the variable \"local_part\": only acl_c… and acl_m… can be set")]
    public void An_ACL_function_answers_with_a_condition_or_a_verdict(string answer, string expected)
    {
        using var world = new ScriptWorld($"function f(mta) {{ return {answer}; }}");
        var context = world.Context();
        var outcome = world.Pool.DecideAcl("f", [], context);
        var text = outcome switch
        {
            AclScriptOutcome.Holds holds => $"Holds({holds.Value})",
            AclScriptOutcome.Ends ends => $"Ends({ends.Verdict},{ends.Text},{ends.LogText})",
            AclScriptOutcome.Failed failed => "Failed: " + failed.LogText[(failed.LogText.IndexOf(": ret", StringComparison.Ordinal) is var at and > 0 ? at + 2 : failed.LogText.IndexOf("sets ", StringComparison.Ordinal))..],
            _ => "",
        };
        if (context.Message.AclVariables.TryGetValue("_y", out var set)) text += $" y={set.Text}";
        Assert.Equal(expected, string.Join(' ', outcome.Headers.Select(h => h.ToString()).Prepend(text)));
    }

    [Theory]
    [InlineData("undefined", "Decline")]
    [InlineData("'decline'", "Decline")]
    [InlineData("['a@b', 'c@d']", "Redirect a@b c@d")]
    [InlineData("{ redirect: 'a@b', headers: { 'X-Priority': 1 } }", "Redirect a@b + X-Priority: 1")]
    [InlineData("{ transport: 'local' }", "UseTransport local")]
    [InlineData("{ fail: 'no' }", "Fail no")]
    [InlineData("{ defer: 'later' }", "Defer later")]
    [InlineData("[]", "returned an empty list of addresses")]
    [InlineData("{ redirect: 'a@b', fail: 'no' }", "redirect and fail of redirect")]
    [InlineData("'a@b'", "neither \"decline\", a list of addresses nor an object")]
    [InlineData("(function () { throw new Error('boom'); })()", "Error: boom")]
    public void A_router_function_answers_with_a_route(string answer, string expected)
    {
        using var world = new ScriptWorld($"function f(mta) {{ return {answer}; }}");
        var outcome = world.Pool.DecideRoute("f", [], world.Context());
        var text = outcome switch
        {
            RouterScriptOutcome.Redirect redirect => "Redirect " + string.Join(' ', redirect.Addresses),
            RouterScriptOutcome.UseTransport use => "UseTransport " + use.Name,
            RouterScriptOutcome.Fail fail => "Fail " + fail.Text,
            RouterScriptOutcome.Defer defer => "Defer " + defer.Text,
            _ => "Decline",
        };
        Assert.Contains(expected, string.Join(" + ", outcome.Headers.Select(h => h.ToString()).Prepend(text)));
    }

    [Fact]
    public void Log_writes_to_the_main_log_but_not_in_a_dry_run()
    {
        using var world = new ScriptWorld("function f() { log('line one\\nline two'); return true; }");
        world.Pool.DecideAcl("f", [], world.Context());
        Assert.Contains("script: line one\\nline two", world.Log);
        var before = world.Log;
        world.Pool.DecideAcl("f", [], new ExpansionContext { Environment = world.Context().Environment, DryRun = true });
        Assert.Equal(before, world.Log);
    }

    [Fact]
    public void A_hook_sees_TLS_authentication_and_any_variable_of_the_rules()
    {
        using var world = new ScriptWorld("""
            function f(mta) {
              var tls = mta.connection.tls;
              return { verdict: "deny", text: [tls.version, tls.serverName, tls.isPeerVerified, mta.connection.authenticator, variable("mime_part_count"), variable("nosuch"), variable("if{a}")].join() };
            }
            """);
        var context = world.Context();
        context.Connection.Authenticator = "plain";
        foreach (var (name, text) in ((string, string)[])[("tls_in_ver", "TLS1.3"), ("tls_in_sni", "mx.example.com"), ("tls_in_certificate_verified", "1")]) context.Variables[name] = Value.Clean(text);
        Assert.Equal("TLS1.3,mx.example.com,true,plain,-1,,", Assert.IsType<AclScriptOutcome.Ends>(world.Pool.DecideAcl("f", [], context)).Text);
    }

    [Fact]
    public void A_body_is_cut_at_js_body_limit()
    {
        using var world = new ScriptWorld("function f(mta) { return { verdict: 'deny', text: mta.message.body() + '|' + mta.message.body(2) + '|' + mta.message.body(100) }; }", bodyLimit: 3);
        Assert.Equal("the|th|the", Assert.IsType<AclScriptOutcome.Ends>(world.Pool.DecideAcl("f", [], world.Context())).Text);
    }

    [Theory]
    [InlineData("'X-Spam-*'", "X-Spam-*")]
    [InlineData("['Subject', 'X-A']", "Subject,X-A")]
    [InlineData("null", "")]
    [InlineData("['bad name']", "removes a header with the name \"bad name\", which RFC 5322 2.2 does not allow")]
    public void Header_fields_can_be_removed(string names, string expected)
    {
        using var world = new ScriptWorld($"function f() {{ return {{ result: true, removeHeaders: {names} }}; }}");
        var outcome = world.Pool.DecideAcl("f", [], world.Context());
        Assert.Contains(expected, outcome is AclScriptOutcome.Failed failed ? failed.LogText : string.Join(',', outcome.Removed));
    }
}
