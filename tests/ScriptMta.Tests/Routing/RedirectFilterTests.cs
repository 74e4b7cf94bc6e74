using ScriptMta.Filtering;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Routing;

public sealed class RedirectFilterTests : IDisposable
{
    readonly RoutingFixture _fixture = RoutingFixture.Of("""
        filters:
          driver = redirect
          local_parts = al
          allow_filter
          allow_fail
          file = DIR/filter
          user = root
          modemask = 002
          check_owner = false
          file_transport = afile
          pipe_transport = apipe
          reply_transport = afile
          forbid_filter_run
        users:
          driver = accept
          local_parts = al : bo
          transport = local
        """);

    public void Dispose() => _fixture.Dispose();

    string Routed(string filter)
    {
        _fixture.WithFile("filter", "# Exim filter\n" + filter + "\n");
        return string.Join("; ", _fixture.Deliver("al@example.org").Outcomes.Select(Shown).Where(s => s.Length > 0));
    }

    static string Shown(AddressOutcome outcome) => outcome switch
    {
        AddressOutcome.Deliver d => $"{(d.Address.Kind == TargetKind.Address ? d.Address.Address.ToString() : d.Address.Target)} T={d.Delivery.Transport}{(d.Address.ErrorsTo is { } e ? $" E=<{e}>" : "")}",
        AddressOutcome.Failed f => "failed: " + f.Text,
        AddressOutcome.Deferred d => "deferred: " + d.Text,
        AddressOutcome.Discarded => "discarded",
        _ => "",
    };

    [Theory]
    [InlineData("deliver bo", "bo@example.org T=local")]
    [InlineData("noerror deliver bo", "bo@example.org T=local E=<>")]
    [InlineData("deliver bo errors_to al", "bo@example.org T=local E=<al@example.org>")]
    [InlineData("unseen deliver bo", "al@example.org T=local; bo@example.org T=local")]
    [InlineData("if $h_subject: contains x then seen finish endif", "al@example.org T=local")]
    [InlineData("seen finish", "discarded")]
    [InlineData("save /var/mail/x 640 pipe \"/bin/x $h_a:\"", "/var/mail/x T=afile; /bin/x $h_a: T=apipe")]
    [InlineData("deliver al", "al@example.org T=local")]
    [InlineData("fail text \"not here\"", "failed: not here")]
    [InlineData("mail to x@y text hi", "al@example.org T=local; x@y T=afile")]
    public void Filters_decide_where_an_address_goes(string filter, string routed) => Assert.Equal(routed, Routed(filter));

    [Theory]
    [InlineData("foo", "unknown filtering command \"foo\" near line 3 of filter file (DIR/filter line 3)")]
    [InlineData("\ndeliver \"${foo}\"", "failed to expand \"${foo}\" in deliver command: unknown variable in \"${foo}\" (DIR/filter line 3)")]
    [InlineData("freeze", "filtering command \"freeze\" is disabled: near line 3 of filter file (DIR/filter line 3)")]
    public void A_wrong_filter_defers_the_address_and_names_file_and_line(string filter, string error) =>
        Assert.Equal("deferred: error in filter file: " + error.Replace("DIR", _fixture.Directory), Routed(filter));

    [Fact]
    public void What_a_filter_saves_pipes_and_answers_keeps_its_details()
    {
        _fixture.WithFile("filter", "# Exim filter\nsave /x 640\nif abc matches b then pipe /bin/x endif mail to x@y text hi\n");
        var made = _fixture.Deliver("al@example.org").Outcomes.OfType<AddressOutcome.Deliver>().Select(d => d.Address).ToArray();
        Assert.Equal(416, made[0].FileMode);
        Assert.Equal("b", made[1].FilterPipe!.Captures[0]!.Value.Text);
        Assert.Equal("hi", Assert.IsType<FilterAction.Mail>(made[2].Reply).Text.Text);
    }
}
