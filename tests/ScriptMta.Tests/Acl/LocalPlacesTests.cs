using ScriptMta.Acl;
using ScriptMta.Tests.Reception;

namespace ScriptMta.Tests.Acl;

/// <summary>Which parts may stand in the two ACLs for local messages, as Exim 4.96 takes or refuses them there.</summary>
public sealed class LocalPlacesTests
{
    const string Control = "cannot use \"control=", Part = "condition in ";

    [Theory]
    [InlineData("control = freeze", true, false), InlineData("control = queue", true, false), InlineData("control = queue/first_pass_route", true, false)]
    [InlineData("control = submission", false, false), InlineData("control = suppress_local_fixups", false, true), InlineData("control = fakereject", false, false)]
    [InlineData("control = fakedefer", false, false), InlineData("control = no_mbox_unspool", false, false), InlineData("control = enforce_sync", false, false)]
    [InlineData("control = no_enforce_sync", false, false), InlineData("control = no_multiline_responses", false, false), InlineData("control = no_pipelining", false, false)]
    [InlineData("control = no_delay_flush", false, false), InlineData("control = dkim_disable_verify", false, false), InlineData("control = caseful_local_part", false, false)]
    [InlineData("control = debug", true, true), InlineData("control = dscp/ef", false, false), InlineData("add_header = X-A: b", true, true), InlineData("remove_header = X-A", true, true)]
    [InlineData("queue = foo", false, true), InlineData("set acl_m1 = x", true, true), InlineData("log_reject_target = main", true, true), InlineData("continue = x", true, true)]
    [InlineData("hosts = *", false, false), InlineData("senders = *", true, true), InlineData("sender_domains = *", true, true), InlineData("domains = *", false, false)]
    [InlineData("local_parts = *", false, false), InlineData("recipients = *", false, false), InlineData("authenticated = *", false, false), InlineData("encrypted = *", false, false)]
    [InlineData("dnslists = one.example", false, false), InlineData("dnslists = one.example/a.b", true, true), InlineData("ratelimit = 1/1h", true, true), InlineData("seen = 1h", true, true)]
    public async Task Exim_draws_the_same_line(string part, bool local, bool start)
    {
        Assert.Equal((local, start), (await MayStandAsync(AclWhere.NotSmtp, part), await MayStandAsync(AclWhere.NotSmtpStart, part)));
    }

    static async Task<bool> MayStandAsync(AclWhere where, string part)
    {
        await using var fixture = await ReceptionFixture.OfAsync($"{(where == AclWhere.NotSmtp ? "acl_not_smtp" : "acl_not_smtp_start")} = check\nbegin acl\ncheck:\n  warn {part}\n  accept\n");
        var verdict = await fixture.Rules.Acls.RunAsync(where, new AclSession(), fixture.Context(), CancellationToken.None);
        if (verdict.IsAccept) return true;
        Assert.True(verdict.LogText!.StartsWith(Control, StringComparison.Ordinal) || verdict.LogText.Contains(Part, StringComparison.Ordinal), verdict.LogText);
        return false;
    }
}
