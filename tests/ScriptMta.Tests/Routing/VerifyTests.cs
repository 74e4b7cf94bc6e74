using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Routing;

public sealed class VerifyTests : IDisposable
{
    readonly RoutingFixture _fixture = RoutingFixture.Of("""
        aliases:
          driver = redirect
          allow_fail
          allow_defer
          local_parts = lsearch;DIR/aliases
          data = $local_part_data
          address_data = from $local_part
        nosender:
          driver = accept
          local_parts = nosender
          no_verify_sender
          transport = local
        users:
          driver = accept
          local_parts = ann : bob
          transport = local
        remote:
          driver = manualroute
          domains = x.test
          transport = smtp
          route_list = * 192.0.2.1
        """).WithFile("aliases", """
            one: nosuch
            two: nosuch, nosuch2
            good: ann
            code: :fail: 551 5.1.6 moved
            wrongcode: :fail: 451 4.1.6 moved
            later: :defer: 450 later
            out: a@x.test
            """);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("one", "Failed Unrouteable address")]
    [InlineData("two", "Verified")]
    [InlineData("good", "Verified")]
    [InlineData("code", "Failed 551 5.1.6 moved|551 5.1.6 moved")]
    [InlineData("wrongcode", "Failed 451 4.1.6 moved")]
    [InlineData("later", "Deferred 450 later|450 later")]
    [InlineData("nosender", "Verified")]
    public void One_child_is_verified_and_several_are_enough(string localPart, string expected)
    {
        var outcome = _fixture.Verify(localPart + "@example.org");
        Assert.Equal(expected, outcome switch
        {
            VerifyOutcome.Failed f => $"Failed {f.Text}{(f.SmtpReply is { } reply ? "|" + reply : "")}",
            VerifyOutcome.Deferred d => $"Deferred {d.Text}{(d.SmtpReply is { } reply ? "|" + reply : "")}",
            _ => "Verified",
        });
    }

    [Fact]
    public void Any_redirection_is_enough_with_success_on_redirect() => Assert.IsType<VerifyOutcome.Verified>(RoutingFixture.Wait(
        _fixture.Router!.VerifyAsync(new MailAddress("one", "example.org"), _fixture.Context(), RoutingPurpose.VerifyRecipient, CancellationToken.None, successOnRedirect: true)));

    [Fact]
    public void A_router_may_be_left_out_for_senders() => Assert.IsType<VerifyOutcome.Failed>(_fixture.Verify("nosender", RoutingPurpose.VerifySender));

    [Fact]
    public void Address_data_and_the_hosts_to_call_out_to_come_with_the_result()
    {
        var verified = Assert.IsType<VerifyOutcome.Verified>(_fixture.Verify("out"));
        Assert.Equal("from out", verified.AddressData!.Value.Text);
        Assert.Equal("192.0.2.1", verified.Routing.Outcomes.OfType<AddressOutcome.Deliver>().Single().Delivery.Hosts[0].Name);
    }

    [Fact]
    public void The_trace_says_why_each_router_was_passed_over_or_taken()
    {
        _fixture.Verify("bob@example.org");
        Assert.Equal(
        [
            "verify: bob@example.org => ",
            "address: bob@example.org => ",
            $"router: aliases => skipped: local_parts: bob is not in \"lsearch;{_fixture.Directory}/aliases\"",
            "router: nosender => skipped: local_parts: bob is not in \"nosender\"",
            "router: users => accepted: transport local",
        ], _fixture.Trace.Steps.Where(s => s.Kind is "verify" or "address" or "router").Select(s => $"{s.Kind}: {s.Text} => {s.Result}"));
    }
}
