using ScriptMta.Routing;
using ScriptMta.Tests.Scripting;

namespace ScriptMta.Tests.Routing;

/// <summary>driver = js: the function's answer is the router's.</summary>
public sealed class ScriptRouterTests
{
    const string Routers = """
        hook:
          driver = js
          function = decide
          headers_add = X-Hook: yes
        rest:
          driver = accept
          transport = local

        """;

    static RoutingFixture Fixture(ScriptWorld world, string routers = Routers) => RoutingFixture.Of(routers, scripts: world.Pool);

    [Theory]
    [InlineData("return 'decline';", "a@example.org\n  router = rest, transport = local\n")]
    [InlineData("return { fail: 'go away' };", "a@example.org is undeliverable: go away\n")]
    [InlineData("return { defer: 'later' };", "a@example.org cannot be resolved at this time: later\n")]
    [InlineData("return { transport: 'archive' };", "a@example.org\n  router = hook, transport = archive\n")]
    [InlineData("return { transport: 'nosuch' };", "a@example.org cannot be resolved at this time: transport \"nosuch\" not found in hook router\n")]
    public void The_answer_of_the_function_is_carried_out(string body, string expected)
    {
        using var world = new ScriptWorld($"function decide(host) {{ {body} }}");
        using var fixture = Fixture(world);
        Assert.Equal(expected, fixture.Bt("a"));
    }

    [Fact]
    public void Redirected_copies_carry_the_headers_of_router_and_hook()
    {
        using var world = new ScriptWorld("function decide(host) { return host.recipient.localPart === 'a' || true ? { redirect: ['b@x.y', 'c'], headers: { 'X-Priority': 1 } } : null; }");
        using var fixture = Fixture(world, Routers.Replace("function = decide", "local_parts = a\n  function = decide", StringComparison.Ordinal));
        var plans = fixture.Deliver("a").Outcomes.OfType<AddressOutcome.Deliver>().Select(o => o.Delivery).ToList();
        Assert.Equal(["b@x.y", "c@example.org"], plans.Select(p => p.Address.Address.ToString()));
        Assert.Equal(["X-Hook: yes", "X-Priority: 1"], plans[0].HeadersAdd.Select(h => h.ToString()));
    }

    [Theory]
    [InlineData("'|/bin/sh'")]
    [InlineData("'/etc/passwd'")]
    public void A_function_cannot_make_files_or_commands(string target)
    {
        using var world = new ScriptWorld($"function decide(host) {{ return {{ redirect: {target} }}; }}");
        using var fixture = Fixture(world);
        var outcomes = fixture.Deliver("a").Outcomes;
        Assert.DoesNotContain(outcomes, o => o.Address.Kind != TargetKind.Address);
        Assert.DoesNotContain(outcomes, o => o is AddressOutcome.Deliver);
    }

    [Fact]
    public void Variables_that_the_hook_sets_stay_with_the_address()
    {
        using var world = new ScriptWorld("function decide(host) { return { redirect: 'b', set: { r_level: 'high' } }; }");
        using var fixture = Fixture(world, Routers.Replace("function = decide", "local_parts = a\n  function = decide", StringComparison.Ordinal));
        Assert.Equal("high", fixture.Planned("a").Facts.RouterVariables["level"].Text);
    }

    [Fact]
    public void A_missing_function_is_a_configuration_error()
    {
        using var world = new ScriptWorld("function other() {}");
        using var fixture = Fixture(world);
        Assert.Equal("router \"hook\": function: no script defines the function \"decide\" (js_files define other)", Assert.Single(fixture.Problems.All).Message);
    }

    [Fact]
    public void A_hook_that_runs_over_its_budget_defers()
    {
        using var world = new ScriptWorld("function decide() { while (true) {} }", statements: 1000);
        using var fixture = Fixture(world);
        Assert.IsType<AddressOutcome.Deferred>(Assert.Single(fixture.Deliver("a").Outcomes));
    }
}
