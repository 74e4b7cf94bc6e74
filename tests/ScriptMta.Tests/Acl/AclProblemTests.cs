using ScriptMta.Tests.Reception;

namespace ScriptMta.Tests.Acl;

public sealed class AclProblemTests
{
    /// <summary>The problems of an ACL whose lines begin in line 6 of test.conf.</summary>
    static string Problems(string acl)
    {
        var fixture = ReceptionFixture.Read($"acl_smtp_rcpt = rcpt\nbegin acl\nrcpt:\n{acl}\n");
        return string.Join('\n', fixture.Problems.All);
    }

    [Theory]
    [InlineData("  accept domians = x", "test.conf:6:10: ACL \"rcpt\": unknown condition or modifier in \"domians = x\" (did you mean \"domains\"?)")]
    [InlineData("  accept domains x", "test.conf:6:18: ACL \"rcpt\": \"=\" missing after condition \"domains\"")]
    [InlineData("  accept !message = x", "test.conf:6:10: ACL \"rcpt\": negation is not allowed with the modifier \"message\"")]
    [InlineData("  deny endpass", "test.conf:6:8: ACL \"rcpt\": \"endpass\" is allowed with accept and discard only, not with deny")]
    [InlineData("  accept verify = recipient/callout=10s,use_sender,hold", "")]
    [InlineData("  accept verify = recipient/callout=10", "test.conf:6:19: ACL \"rcpt\": bad time value in ACL condition \"verify recipient/callout=10\"")]
    [InlineData("  accept verify = recipient/callout=use_tptsender", "test.conf:6:19: ACL \"rcpt\": bad time value in ACL condition \"verify recipient/callout=use_tptsender\"")]
    [InlineData("  accept verify = recipient/defer_okay", "test.conf:6:19: ACL \"rcpt\": unknown option \"defer_okay\" in ACL condition \"verify recipient/defer_okay\" (did you mean \"defer_ok\"?)")]
    [InlineData("  accept verify = sender/quota", "test.conf:6:19: ACL \"rcpt\": option \"quota\" of \"verify = sender\": only a recipient has a quota")]
    [InlineData("  accept verify = recipent", "test.conf:6:19: ACL \"rcpt\": unknown \"verify = recipent\" (did you mean \"recipient\"?)")]
    [InlineData("  accept verify = csa/$sender_host_address", "")]
    [InlineData("  accept verify = arc", "test.conf:6:19: ACL \"rcpt\": \"verify = arc\" is known, but not built yet")]
    [InlineData("  accept control = freze", "test.conf:6:20: ACL \"rcpt\": unknown control \"freze\" (did you mean \"freeze\"?)")]
    [InlineData("  accept control = cutthrough_delivery/defer=pass", "")]
    [InlineData("  accept control = wellknown/x", "test.conf:6:20: ACL \"rcpt\": \"control = wellknown\" is known, but not built yet")]
    [InlineData("  warn set foo = 1", "test.conf:6:18: ACL \"rcpt\": invalid variable name after \"set\" in ACL modifier \"set foo\" (must start \"acl_c\" or \"acl_m\")")]
    [InlineData("  accept acl = nner", "test.conf:6:10: there is no ACL called \"nner\"")]
    public void A_mistake_is_reported_where_it_stands(string acl, string problem) => Assert.Equal(problem, Problems(acl));

    [Fact]
    public void All_mistakes_are_reported_in_one_go() =>
        Assert.Equal(3, Problems("  accept foo = 1\n  deny bar = 2\n  baz = 3").Split('\n').Length);

    [Fact]
    public void An_option_that_names_no_ACL_is_reported_at_load()
    {
        var fixture = ReceptionFixture.Read("acl_smtp_rcpt = chek\nbegin acl\ncheck:\n  accept\n");
        Assert.Equal("test.conf:3:17: there is no ACL called \"chek\" (did you mean \"check\"?)", Assert.Single(fixture.Problems.All).ToString());
    }

    [Fact]
    public void A_list_may_stand_in_the_option_itself() =>
        Assert.Empty(ReceptionFixture.Read("acl_smtp_rcpt = accept domains = a.example\nacl_smtp_data = accept\n").Problems.All);
}
