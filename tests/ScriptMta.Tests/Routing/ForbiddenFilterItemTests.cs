using ScriptMta.Common.Posix;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Routing;

/// <summary>forbid_filter_… of the redirect router (Exim 22.10), in Exim's words.</summary>
public sealed class ForbiddenFilterItemTests
{
    [Theory]
    [InlineData("forbid_filter_existstest", "${if exists{/etc}{a}{b}}", "File existence tests are not permitted")]
    [InlineData("forbid_filter_existstest", "${stat:/etc}", "Use of the stat() expansion is not permitted")]
    [InlineData("forbid_filter_lookup", "${lookup{root}lsearch{/etc/passwd}{a}{b}}", "lookup expansions are not permitted")]
    [InlineData("forbid_filter_readfile", "${readfile{/etc/hostname}}", "file insertions are not permitted")]
    [InlineData("forbid_filter_readsocket", "${readsocket{/nosuch}{a}{1s}{}{b}}", "socket insertions are not permitted")]
    [InlineData("forbid_filter_readfile", "${expand:\\\\$\\\\{readfile\\\\{/etc/hostname\\\\}\\\\}}", "internal expansion of \"${readfile{/etc/hostname}}\" failed: file insertions are not permitted")]
    [InlineData("forbid_filter_lookup", "${if and{{eq{a}{a}}{exists{/etc}}}{${lookup{root}lsearch{/etc/passwd}{a}{b}}}}", "lookup expansions are not permitted")]
    public void What_an_option_forbids_fails_the_filter_that_uses_it(string option, string text, string error)
    {
        var routed = Routed(option, $"deliver \"{text}@b\"");
        Assert.StartsWith("deferred: error in filter file: failed to expand ", routed, StringComparison.Ordinal);
        Assert.Contains($" in deliver command: {error} (", routed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("forbid_filter_run", "${run{/bin/echo -n a}}", "running a command is not permitted")]
    [InlineData("forbid_filter_perl", "${perl{nosuch}}", "Perl calls are not permitted")]
    public void Programs_and_Perl_are_forbidden_by_their_options_and_also_while_they_would_run_as_root(string option, string text, string error)
    {
        var why = Users.geteuid() == 0 ? " in a filter while ScriptMta is root: it would run as root" : "";
        Assert.Contains($" in deliver command: {error}{why} (", Routed(option, $"deliver \"{text}@b\""), StringComparison.Ordinal);
        if (Users.geteuid() == 0) Assert.Contains($" in deliver command: {error}{why} (", Routed("forbid_filter_lookup", $"deliver \"{text}@b\""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("forbid_filter_existstest", "if $local_part is y then deliver \"${if exists{/etc}{a}{b}}@b\" endif deliver bo")]
    [InlineData("forbid_filter_existstest", "# says exists, ${readfile and ${lookup\ndeliver bo")]
    [InlineData("forbid_filter_lookup", "if \"${if exists{/etc}{yes}{no}}\" is yes then deliver bo endif")]
    public void What_is_not_used_is_not_refused(string option, string filter) => Assert.Equal("bo@example.org", Routed(option, filter));

    [Fact]
    public void After_the_filter_nothing_is_forbidden_any_more() =>
        Assert.Equal("bo@example.org", Routed("forbid_filter_readfile", "deliver bo", "condition = ${if eq{${readfile{/dev/null}}}{}{yes}}"));

    static string Routed(string option, string filter, string next = "")
    {
        using var fixture = RoutingFixture.Of($"""
            redirect:
              driver = redirect
              local_parts = al
              allow_filter
              file = DIR/filter
              user = root
              modemask = 002
              check_owner = false
              {option}
            users:
              driver = accept
              local_parts = bo
              {next}
              transport = local
            """);
        fixture.WithFile("filter", "# Exim filter\n" + filter + "\n");
        return string.Join("; ", fixture.Deliver("al@example.org").Outcomes.Select(outcome => outcome switch
        {
            AddressOutcome.Deliver deliver => deliver.Address.Address.ToString(),
            AddressOutcome.Deferred deferred => "deferred: " + deferred.Text,
            _ => "",
        }).Where(text => text.Length > 0));
    }
}
