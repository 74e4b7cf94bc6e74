using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Routing;

public sealed class AliasFileTests
{
    const string Good = "postmaster: root\nmailer-daemon: postmaster\n";

    static (AliasFile File, string[] Problems) Check(string text)
    {
        var problems = new ProblemList();
        var file = AliasFile.Parse("/etc/aliases", text, problems);
        AliasCheck.Report(file, problems);
        return (file, [.. problems.All.Select(p => p.ToString())]);
    }

    [Fact]
    public void The_summary_counts_as_sendmail_does()
    {
        var (file, problems) = Check("# comment\npostmaster: root\nMAILER-DAEMON: postmaster\nstaff: ann, bob,\n  carl\n");
        Assert.Empty(problems);
        Assert.Equal("/etc/aliases: 3 aliases, longest 14 bytes, 56 bytes total", file.Summary);
    }

    [Fact]
    public void A_continued_alias_is_one_list_and_knows_the_line_of_each_target()
    {
        var (file, problems) = Check(Good + "staff: ann,\n   # comment\n   foo bar@x y\n");
        Assert.Equal("ann, foo bar@x y", file.ByName()["STAFF"].Targets);
        Assert.Equal(["/etc/aliases:5:4: alias \"staff\": missing or malformed local part (expected word or \"<\") in \"foo bar@x y\""], problems);
    }

    [Fact]
    public void Semicolons_between_targets_are_taken_with_a_warning() =>
        Assert.Equal(["/etc/aliases:3:11: warning: alias \"staff\": \";\" between targets is taken, but other mail systems want \",\""], Check(Good + "staff: ann; bob\n").Problems);

    [Fact]
    public void A_name_that_stands_twice_is_reported_where_it_stands_again() =>
        Assert.Equal(["/etc/aliases:4:1: warning: alias \"Ann\" stands here again; only the one in line 3 counts"], Check(Good + "ann: a\nAnn: b\n").Problems);

    [Fact]
    public void Loops_are_reported_once_but_an_alias_may_name_itself() =>
        Assert.Equal(["/etc/aliases:4:1: warning: alias loop: a -> b -> c -> a; mail arrives only at accounts with these names"],
            Check(Good + "self: self, other\na: b\nb: c\nc: a, x\n").Problems);

    [Theory]
    [InlineData("no colon here", "/etc/aliases:3:1: an alias must read \"name: target\"; there is no colon after the name")]
    [InlineData("empty:", "/etc/aliases:3:1: alias \"empty\" has no target")]
    [InlineData("list: :include:/nonexist/list", "/etc/aliases:3:16: alias \"list\": the included file /nonexist/list does not exist")]
    [InlineData("open: <ann@x.y", "/etc/aliases:3:7: alias \"open\": '>' missing at end of address in \"<ann@x.y\"")]
    public void What_is_wrong_is_said_with_its_place(string line, string expected) => Assert.Equal([expected], Check(Good + line + "\n").Problems);

    [Fact]
    public void A_file_that_begins_with_a_continuation_has_nothing_to_continue() =>
        Assert.Contains("/etc/aliases:1:3: a line that begins with white space continues an alias, but there is none before it", Check("  x\n" + Good).Problems);

    [Fact]
    public void Postmaster_is_missed() =>
        Assert.Equal(["/etc/aliases: warning: there is no alias \"postmaster\"", "/etc/aliases: warning: there is no alias \"mailer-daemon\""], Check("").Problems);

    [Theory]
    [InlineData("\"quoted name\": ann", "quoted name")]
    [InlineData("\"with:colon\" : ann", "with:colon")]
    [InlineData("spaced  : ann", "spaced")]
    [InlineData("pipe: \"|/bin/x a, b\"", "pipe")]
    public void Names_may_be_quoted(string line, string name)
    {
        var (file, problems) = Check(Good + line + "\n");
        Assert.Empty(problems);
        Assert.True(file.ByName().ContainsKey(name));
    }

    [Fact]
    public void The_alias_files_of_a_configuration_are_found_in_its_routers()
    {
        using var fixture = RoutingFixture.Of("""
            one:
              driver = redirect
              data = ${lookup{$local_part}lsearch{/etc/aliases}}
            two:
              driver = redirect
              local_parts = lsearch;DIR/more
              data = $local_part_data
            three:
              driver = redirect
              data = ${lookup{$local_part}lsearch*@{/etc/aliases}}
            """);
        Assert.Equal(["/etc/aliases", fixture.Directory + "/more"], AliasCheck.FilesOf(fixture.Router!));
    }
}
