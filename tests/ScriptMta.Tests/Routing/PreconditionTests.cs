using ScriptMta.Routing;

namespace ScriptMta.Tests.Routing;

/// <summary>Each precondition: why a router is passed over, in words for people; and that "cannot tell" is never a "no".</summary>
public sealed class PreconditionTests
{
    static string Reason(string options, string address = "ann@example.org", RoutingPurpose purpose = RoutingPurpose.Delivery)
    {
        using var fixture = RoutingFixture.Of($"r:\n  driver = accept\n  transport = local\n  {options}\nlast:\n  driver = accept\n  transport = local\n", "domainlist local_domains = here.test");
        fixture.Route(purpose, address);
        return fixture.Trace.Steps.First(s => s is { Kind: "router", Text: "r" }).Result.Replace(fixture.Directory, "DIR", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("domains = +local_domains", "skipped: domains: example.org is not in \"+local_domains\"")]
    [InlineData("local_parts = bob", "skipped: local_parts: ann is not in \"bob\"")]
    [InlineData("senders = : x@y.z", "skipped: senders: sender@example.org is not in \": x@y.z\"")]
    [InlineData("check_local_user", "skipped: check_local_user: there is no account \"ann\"")]
    [InlineData("local_part_prefix = real- : *+", "skipped: local_part_prefix: ann has none of \"real- : *+\"")]
    [InlineData("local_part_suffix = -*", "skipped: local_part_suffix: ann has none of \"-*\"")]
    [InlineData("require_files = /nonexist/x", "skipped: require_files: /nonexist/x does not exist")]
    [InlineData("require_files = !/etc/passwd", "skipped: require_files: /etc/passwd exists")]
    [InlineData("condition = ${if eq{$local_part}{bob}}", "skipped: condition: \"${if eq{$local_part}{bob}}\" gives \"\"")]
    [InlineData("condition = no", "skipped: condition: \"no\" gives \"no\"")]
    [InlineData("verify_only", "skipped: verify_only: not used for delivery")]
    public void A_router_is_passed_over_with_its_reason(string options, string reason) => Assert.Equal(reason, Reason(options));

    [Theory]
    [InlineData("no_verify_sender", nameof(RoutingPurpose.VerifySender), "skipped: no_verify_sender: not used to verify senders")]
    [InlineData("no_verify", nameof(RoutingPurpose.VerifyRecipient), "skipped: no_verify_recipient: not used to verify recipients")]
    [InlineData("no_address_test", nameof(RoutingPurpose.AddressTest), "skipped: no_address_test: not used to test addresses")]
    [InlineData("no_expn", nameof(RoutingPurpose.Expn), "skipped: no_expn: not used for EXPN")]
    public void A_router_may_be_meant_for_other_purposes(string options, string purpose, string reason) =>
        Assert.Equal(reason, Reason(options, purpose: Enum.Parse<RoutingPurpose>(purpose)));

    [Theory]
    [InlineData("condition = ${expand:\\${if bogus}}")]
    [InlineData("condition = ${lookup{x}lsearch{/nonexist/file}}")]
    [InlineData("domains = lsearch;/nonexist/file")]
    [InlineData("local_parts = lsearch;/nonexist/file")]
    [InlineData("senders = lsearch;/nonexist/file")]
    [InlineData("require_files = <; ${expand:\\${if bogus}}")]
    [InlineData("require_files = relative/path")]
    [InlineData("require_files = nosuchuser:/etc/passwd")]
    [InlineData("router_home_directory = ${expand:\\${if bogus}}")]
    [InlineData("address_data = ${expand:\\${if bogus}}")]
    [InlineData("set = r_x = ${expand:\\${if bogus}}")]
    public void What_cannot_be_told_defers_and_never_passes_over(string options) => Assert.StartsWith("deferred: ", Reason(options), StringComparison.Ordinal);

    [Theory]
    [InlineData("condition = yes\n  condition = ${if eq{a}{b}}", "skipped: condition: \"${if eq{a}{b}}\" gives \"\"")]
    [InlineData("require_files = daemon:/etc/passwd", "accepted: transport local")]
    [InlineData("require_files = daemon:+/etc/shadow", "skipped: require_files: /etc/shadow does not exist")]
    [InlineData("local_part_prefix = real-\n  local_part_prefix_optional", "accepted: transport local")]
    [InlineData("router_home_directory = ${if eq{a}{b}{x}fail}", "accepted: transport local")]
    public void Options_combine_as_the_manual_says(string options, string result) => Assert.Equal(result, Reason(options));

    [Fact]
    public void Debug_print_shows_in_the_trace()
    {
        using var fixture = RoutingFixture.Of("r:\n  driver = accept\n  transport = local\n  debug_print = saw $local_part\n");
        fixture.Deliver("ann");
        Assert.Contains(fixture.Trace.Steps, s => s is { Kind: "debug_print", Result: "saw ann" });
    }

    [Fact]
    public void Preconditions_are_tried_in_exims_order()
    {
        // domains comes before local_parts, local_parts before senders, senders before condition, whatever the order in the file.
        Assert.Contains("domains:", Reason("condition = no\n  senders = x@y\n  local_parts = bob\n  domains = x.test"));
        Assert.Contains("local_parts:", Reason("condition = no\n  senders = x@y\n  local_parts = bob"));
        Assert.Contains("senders:", Reason("condition = no\n  require_files = /nonexist\n  senders = x@y"));
        Assert.Contains("require_files:", Reason("condition = no\n  require_files = /nonexist"));
    }
}
