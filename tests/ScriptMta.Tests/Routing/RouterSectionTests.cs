namespace ScriptMta.Tests.Routing;

/// <summary>Everything wrong with a routers section is said at load, in one go, where it stands.</summary>
public sealed class RouterSectionTests
{
    /// <summary>The section begins at line 7 of the file.</summary>
    static string[] Problems(string routers)
    {
        using var fixture = RoutingFixture.Of(routers);
        return [.. fixture.Problems.All.Select(p => p.Message)];
    }

    [Theory]
    [InlineData("driver = accept", "router \"r\": a transport is required for this router")]
    [InlineData("driver = accept\n  transport = nosuch", "router \"r\": transport: transport \"nosuch\" not found")]
    [InlineData("driver = acept\n  transport = local", "router \"r\": cannot find router driver \"acept\" (did you mean \"accept\"?)")]
    [InlineData("transport = local", "router \"r\": no driver defined")]
    [InlineData("driver = accept\n  transport = local\n  chek_local_user", "router \"r\": unknown option \"chek_local_user\" (did you mean \"check_local_user\"?)")]
    [InlineData("driver = accept\n  transport = local\n  user = nosuchuser", "router \"r\": user nosuchuser was not found")]
    [InlineData("driver = accept\n  transport = local\n  self = foo", "router \"r\": self: foo is not valid for the self option (freeze, defer, reroute: domain, pass, fail or send)")]
    [InlineData("driver = accept\n  transport = local\n  self = reroute: rewrite: b.c", "router \"r\": self: \"reroute: rewrite:\" is known but not built yet; \"reroute:\" leaves the headers alone")]
    [InlineData("driver = accept\n  transport = local\n  set = x = 1", "router \"r\": set: \"x = 1\" must read \"r_name = value\"")]
    [InlineData("driver = accept\n  transport = local\n  redirect_router = nosuch", "redirect_router \"nosuch\" not found for \"r\" router")]
    [InlineData("driver = accept\n  transport = local\n  pass_router = nosuch", "pass_router \"nosuch\" not found for \"r\" router")]
    [InlineData("driver = accept\n  transport = local\n  pass_router = r", "pass_router \"r\" does not follow \"r\" router")]
    [InlineData("driver = redirect", "router \"r\": data: one of \"file\" or \"data\" must be specified")]
    [InlineData("driver = redirect\n  data = x\n  file = /x", "router \"r\": file: only one of \"file\" or \"data\" must be specified")]
    [InlineData("driver = redirect\n  data = x\n  transport = local", "router \"r\": transport: a transport must not be defined for this router")]
    [InlineData("driver = redirect\n  data = x\n  allow_filter", "router \"r\": allow_filter: \"user\" or \"check_local_user\" must be set with \"allow_filter\"")]
    [InlineData("driver = redirect\n  data = x\n  owners = nosuchuser", "router \"r\": user nosuchuser was not found")]
    [InlineData("driver = manualroute\n  transport = smtp", "router \"r\": route_list: route_list or route_data (but not both) must be specified")]
    [InlineData("driver = manualroute\n  transport = smtp\n  route_list = * h\n  host_find_failed = foo", "router \"r\": host_find_failed: unrecognized setting for host_find_failed option (decline, defer, fail, freeze, ignore or pass)")]
    [InlineData("driver = manualroute\n  transport = smtp\n  route_list = * h\n  host_all_ignored = ignore", "router \"r\": host_all_ignored: unrecognized setting for host_all_ignored option (decline, defer, fail, freeze or pass)")]
    [InlineData("driver = accept\n  transport = smtp\n  fallback_hosts = a::x", "router \"r\": fallback_hosts: invalid port in host item \"a:x\"")]
    [InlineData("driver = queryprogram\n  command = /x\n  command_user = mail", "router \"r\": driver \"queryprogram\" is known but not built yet; until then this router defers all that comes to it")]
    [InlineData("driver = js\n  function = f", "router \"r\": function: there is no JavaScript: set js_files in the main section")]
    public void A_wrong_router_is_refused(string options, string problem) => Assert.Equal([problem], Problems($"r:\n  {options}\n"));

    [Theory]
    [InlineData("driver = queryprogram\n  command = /x", "driver \"queryprogram\"")]
    [InlineData("driver = redirect\n  data = other\n  one_time", "option \"one_time\"")]
    public void A_router_that_asks_for_what_is_not_built_defers_what_meets_its_preconditions(string options, string unbuilt)
    {
        using var fixture = RoutingFixture.Of($"r:\n  {options}\n  local_parts = a\nrest:\n  driver = accept\n  transport = local\n");
        Assert.Equal($"a@example.org cannot be resolved at this time: {unbuilt} of r router is known but not built yet\n", fixture.Bt("a"));
        Assert.Equal("b@example.org\n  router = rest, transport = local\n", fixture.Bt("b"));
    }

    [Fact]
    public void Every_problem_is_reported_in_one_go() => Assert.Equal(3, Problems("""
        one:
          driver = accept
        two:
          driver = redirect
        two:
          driver = accept
          transport = nosuch$domain
        """).Length);

    [Fact]
    public void A_problem_stands_where_its_option_stands()
    {
        using var fixture = RoutingFixture.Of("r:\n  driver = accept\n  transport = nosuch\n");
        Assert.Equal("test.conf:9:15: router \"r\": transport: transport \"nosuch\" not found", Assert.Single(fixture.Problems.All).ToString());
        Assert.Null(fixture.Router);
    }

    [Theory]
    [InlineData("driver = accept\n  verify_only")]
    [InlineData("driver = manualroute\n  route_list = * h smtp")]
    [InlineData("driver = accept\n  transport = ${if eq{a}{b}{x}{local}}")]
    public void A_transport_may_be_missing_or_come_from_elsewhere(string options) => Assert.Empty(Problems($"r:\n  {options}\n"));
}
