using System.Collections.Frozen;
using ScriptMta.Common.Posix;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Routing;

/// <summary>What a real delivery gets from routing: users, homes, headers, errors_to, keys, duplicates and what was done before.</summary>
public sealed class DeliveryPlanTests
{
    [Fact]
    public void The_local_user_gives_uid_gid_home_and_clean_local_part()
    {
        using var fixture = RoutingFixture.Of("l:\n  driver = accept\n  check_local_user\n  transport = local\n").WithUser("ann");
        var plan = fixture.Planned("Ann@example.org");
        Assert.Equal((Users.geteuid(), Users.getegid(), "ann"), (plan.User!.Uid, plan.User.Gid, plan.User.Name));
        Assert.Equal($"{fixture.Directory}/home/ann", plan.HomeDirectory?.Text);
        Assert.Equal(("ann", false), (plan.Facts.LocalPartData!.Value.Text, plan.Facts.LocalPartData.Value.IsTainted));
        Assert.True(plan.RetryUsesLocalPart);
        Assert.True(plan.LogAsLocal);
    }

    [Fact]
    public void Options_win_over_the_password_file_and_the_group_follows_the_user()
    {
        using var fixture = RoutingFixture.Of("""
            l:
              driver = accept
              check_local_user
              user = daemon
              router_home_directory = /router
              transport_home_directory = /transport/$local_part
              transport_current_directory = /tmp
              initgroups
              transport = local
            """).WithUser("ann");
        var daemon = Users.ByName("daemon")!;
        var plan = fixture.Planned("ann");
        Assert.Equal(new DeliveryUser(daemon.Uid, daemon.Gid, "daemon", InitGroups: true), plan.User);
        Assert.Equal(("/transport/ann", "/tmp"), (plan.HomeDirectory?.Text, plan.CurrentDirectory));
        Assert.True(plan.HomeDirectory?.IsTainted);
        Assert.True(plan.Facts.Home?.IsTainted);
    }

    [Fact]
    public void The_routers_home_is_for_the_router_and_the_users_for_the_transport()
    {
        using var fixture = RoutingFixture.Of("l:\n  driver = accept\n  check_local_user\n  router_home_directory = /r\n  condition = ${if eq{$home}{/r}}\n  transport = local\n").WithUser("ann");
        Assert.Equal($"{fixture.Directory}/home/ann", fixture.Planned("ann").HomeDirectory?.Text);
    }

    [Fact]
    public void Headers_are_added_and_removed_on_the_way_and_children_inherit_them()
    {
        using var fixture = RoutingFixture.Of("""
            a:
              driver = redirect
              local_parts = list
              headers_add = X-List: ${local_part}
              headers_add = X-Two: 2\nX-Three: 3
              headers_remove = Precedence : X-Old
              data = ann, bob
            l:
              driver = accept
              headers_add = X-Last: $local_part
              headers_remove = Bcc
              transport = local
            """);
        var plans = fixture.Deliver("list").Outcomes.OfType<AddressOutcome.Deliver>().Select(o => o.Delivery).ToList();
        Assert.Equal(["X-List: list", "X-Two: 2", "X-Three: 3", "X-Last: ann"], plans[0].HeadersAdd.Select(h => h.ToString()));
        Assert.Equal(["Precedence", "X-Old", "Bcc"], plans[0].HeadersRemove.AsEnumerable());
        Assert.Equal("X-Last: bob", plans[1].HeadersAdd[^1].ToString());
    }

    [Theory]
    [InlineData("owner", "owner@example.org")]
    [InlineData("nosuch", null)]
    [InlineData("", "")]
    public void Errors_go_where_the_router_says_if_that_address_verifies(string errorsTo, string? expected)
    {
        using var fixture = RoutingFixture.Of($"""
            a:
              driver = redirect
              local_parts = list
              errors_to = {errorsTo}{(errorsTo.Length > 0 ? "@example.org" : "")}
              data = ann
            l:
              driver = accept
              local_parts = ann : owner
              transport = local
            """);
        Assert.Equal(expected, fixture.Planned("list").ErrorsTo);
    }

    [Fact]
    public void Duplicates_are_delivered_once_but_pipes_of_different_parents_are_not_duplicates()
    {
        using var fixture = RoutingFixture.Of("""
            a:
              driver = redirect
              local_parts = one : two
              data = ann, |/bin/x
              pipe_transport = apipe
            l:
              driver = accept
              transport = local
            """);
        var keys = fixture.Deliver("one", "two", "ann", "one").Outcomes.OfType<AddressOutcome.Deliver>().Select(o => o.Address.Key).ToList();
        Assert.Equal(["ann@example.org", "|/bin/x:one@example.org", "|/bin/x:two@example.org"], keys);
    }

    [Fact]
    public void What_was_done_before_is_not_planned_again_and_a_kept_copy_has_a_key_of_its_own()
    {
        using var fixture = RoutingFixture.Of("""
            a:
              driver = redirect
              data = self, other
              local_parts = self
            l:
              driver = accept
              transport = local
            """);
        Assert.Equal(["\\1\\self@example.org", "other@example.org"], fixture.Deliver("self").Outcomes.OfType<AddressOutcome.Deliver>().Select(o => o.Address.Key));
        var again = RoutingFixture.Wait(fixture.Router!.RouteAsync([new RoutedAddress { Address = new("self", "example.org") }], fixture.Context(), RoutingPurpose.Delivery,
            FrozenSet.ToFrozenSet(["\\1\\self@example.org"]), CancellationToken.None));
        Assert.Equal("other@example.org", Assert.Single(again.Outcomes.OfType<AddressOutcome.Deliver>()).Address.Key);
    }

    [Fact]
    public void Unseen_makes_a_copy_with_its_own_key_whose_headers_the_clone_does_not_have()
    {
        using var fixture = RoutingFixture.Of("""
            archive:
              driver = accept
              unseen
              headers_add = X-Archived: yes
              transport = archive
            l:
              driver = accept
              transport = local
            """);
        var plans = fixture.Deliver("ann").Outcomes.OfType<AddressOutcome.Deliver>().ToList();
        Assert.Equal([("archive", 1, true), ("local", 0, false)], plans.Select(p => (p.Delivery.Transport, p.Delivery.HeadersAdd.Length, p.Address.IsUnseenCopy)));
        Assert.Equal(2, plans.Select(p => p.Address.Key).Distinct().Count());
    }

    [Fact]
    public void A_tainted_file_name_is_marked_for_the_transport()
    {
        using var fixture = RoutingFixture.Of("r:\n  driver = redirect\n  data = /var/mail/$local_part\n  file_transport = afile\n");
        var plan = fixture.Planned("ann");
        Assert.True(plan.Address.TargetIsTainted);
        Assert.Equal("/var/mail/ann", plan.Facts.AddressFile);
        Assert.True(plan.Facts.TargetTaint.IsTainted);
    }

    [Fact]
    public void A_transport_name_that_a_stranger_chose_is_refused()
    {
        using var fixture = RoutingFixture.Of("r:\n  driver = accept\n  transport = $local_part\n");
        Assert.Equal("local@example.org cannot be resolved at this time: internal configuration error\n", fixture.Bt("local"));
        Assert.Contains("attempt to use tainted value 'local' from '$local_part' for transport", fixture.Log);
    }

    [Fact]
    public void An_alias_that_grows_its_address_ends()
    {
        using var fixture = RoutingFixture.Of("r:\n  driver = redirect\n  data = x$local_part@$domain\n");
        var last = fixture.Deliver("a").Outcomes[^1];
        Assert.StartsWith("routing loop for x", Assert.IsType<AddressOutcome.Deferred>(last).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fallback_hosts_come_with_the_plan()
    {
        using var fixture = RoutingFixture.Of("r:\n  driver = manualroute\n  route_list = * 10.0.0.1\n  fallback_hosts = backup.test::26 : 10.0.0.9\n  transport = smtp\n");
        Assert.Equal([("backup.test", 26), ("10.0.0.9", null)], fixture.Planned("a@x.test").FallbackHosts.Select(h => (h.Name, h.Port)));
    }

    [Fact]
    public void Generated_files_and_pipes_have_the_users_identity()
    {
        using var fixture = RoutingFixture.Of("""
            f:
              driver = redirect
              check_local_user
              file = $home/.forward
              file_transport = afile
              pipe_transport = apipe
            """).WithUser("ann").WithFile("home/ann/.forward", "/home/ann/archive, \"|/usr/bin/vacation ann\"\n");
        var plans = fixture.Deliver("ann").Outcomes.OfType<AddressOutcome.Deliver>().Select(o => o.Delivery).ToList();
        Assert.Equal([TargetKind.File, TargetKind.Pipe], plans.Select(p => p.Address.Kind));
        Assert.All(plans, p => Assert.Equal("ann", p.User!.Name));
        Assert.Equal(("/home/ann/archive", "/usr/bin/vacation ann"), (plans[0].Facts.AddressFile, plans[1].Facts.AddressPipe));
    }

    [Fact]
    public void Unqualified_addresses_get_the_recipient_domain()
    {
        using var fixture = RoutingFixture.Of("r:\n  driver = accept\n  transport = local\n");
        Assert.Equal(new MailAddress("ann", "example.org"), fixture.Planned("ann").Address.Address);
    }
}
