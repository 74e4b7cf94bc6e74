using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

public sealed class SectionTests
{
    [Fact]
    public void Sections_come_in_any_order()
    {
        var document = Conf.Of("""
            queue_only
            begin retry
            * * F,2h,15m
            begin transports
            t:
              driver = smtp
            begin acl
            check:
              accept hosts = :
                     control = submission
            begin routers
              first :
                driver = accept
                no_more
            second:
                driver = redirect
            begin rewrite
            *@a $1@b
            begin authenticators
            plain:
              driver = plaintext
            """).ReadClean();
        Assert.Equal(["first", "second"], document.Routers.Select(r => r.Name));
        Assert.Equal(["driver", "no_more"], document.Routers[0].Settings.Select(s => s.Name));
        Assert.Equal(["router", "transport", "authenticator", "main"],
            new[] { document.Routers[0], document.Transports[0], document.Authenticators[0], document.Main }.Select(b => b.Kind));
        Assert.Equal(["accept hosts = :", "control = submission"], document.Acls[0].Lines.Select(l => l.Text));
        Assert.Equal("* * F,2h,15m", document.Retry.Single().Text);
        Assert.Equal("*@a $1@b", document.Rewrite.Single().Text);
        Assert.Equal(Conf.Place(12, 3), document.Routers[0].At);
    }

    [Theory]
    [InlineData("begin foo\nrubbish = :", "1:7 \"foo\" is not a known configuration section name")]
    [InlineData("begin router\n", "1:7 \"router\" is not a known configuration section name (did you mean \"routers\"?)")]
    [InlineData("begin acl foo", "1:7 \"acl foo\" is not a known configuration section name")]
    [InlineData("begin acl\nbegin acl", "2:7 \"acl\" section is repeated in the configuration file")]
    [InlineData("begin local_scan\nx = y", "1:1 warning: there is no local_scan() function here; its options are ignored")]
    public void Wrong_sections_are_reported(string text, string expected) => Assert.Equal([expected], Conf.Of(text).ReadProblems());

    [Theory]
    [InlineData("  driver = accept\n more", "2:1 router name missing")]
    [InlineData("abc\n  driver = accept", "2:1 router name missing")]
    [InlineData("9abc:\n driver = accept", "2:1 router name missing")]
    [InlineData("a-b:\n driver = accept", "2:1 router name missing")]
    [InlineData("abc: # our own", "2:6 extra characters follow driver name abc (# is comment only at line start)")]
    [InlineData("abc: driver = redirect", "2:6 extra characters follow driver name abc")]
    [InlineData("abc:\ndriver = accept\nabc:\ndriver = accept", "4:1 there are two routers called \"abc\"")]
    [InlineData("abc:\ndriver = accept\nB = 3\ncondition = B", "5:1 router name missing")]
    [InlineData("abc:\n 9x = y", "3:1 option setting expected: 9x = y")]
    public void Wrong_driver_lines_are_reported(string text, string expected) =>
        Assert.Equal([expected], Conf.Of("begin routers\n" + text.Replace("\n ", "\n", StringComparison.Ordinal).TrimStart()).ReadProblems());

    [Theory]
    [InlineData("accept\n deny", "2:1 missing or malformed ACL name")]
    [InlineData("x-y:\naccept", "2:1 missing or malformed ACL name")]
    [InlineData("9x:\naccept", "2:1 missing or malformed ACL name")]
    [InlineData("x:\naccept\nx:\ndeny", "4:1 there are two ACLs called \"x\"")]
    [InlineData("x:\naccept\nB = 3\ndeny", "5:1 missing or malformed ACL name")]
    [InlineData("x: accept\ndeny", "2:4 warning: text after \"x:\" is ignored, as Exim does; put it on a line of its own")]
    public void Wrong_ACL_lines_are_reported(string text, string expected) => Assert.Equal([expected], Conf.Of("begin acl\n" + text).ReadProblems());

    [Fact]
    public void Macros_may_stand_between_drivers_and_between_ACLs()
    {
        var document = Conf.Of("begin acl\nA1 = 1\nX:\naccept hosts = A1\nB1 = 2\ny:\naccept hosts = B1\nbegin routers\nC1 = accept\nr:\ndriver = C1\nD1 = redirect\nS:\ndriver = D1").ReadClean();
        Assert.Equal(["accept hosts = 1", "accept hosts = 2"], document.Acls.SelectMany(a => a.Lines).Select(l => l.Text));
        Assert.Equal([("r", "accept"), ("S", "redirect")], document.Routers.Select(r => (r.Name, DriverTables.DriverOf(r)!)));
    }

    [Fact]
    public void Two_drivers_of_different_kinds_may_have_one_name() => Conf.Of("begin routers\na:\nbegin transports\na:").ReadClean();

    [Fact]
    public void Named_lists_of_all_kinds_are_read()
    {
        var lists = Conf.Of("domainlist a = @ : b\nhide hostlist_cache a=\"x\\ty\"\naddresslist c  =\nlocalpartlist d\\\n = z").ReadClean().NamedLists;
        Assert.Equal(
            [(NamedListKind.Domain, "a", "@ : b", false, false), (NamedListKind.Host, "a", "x\ty", true, true), (NamedListKind.Address, "c", "", false, false), (NamedListKind.LocalPart, "d", "z", false, false)],
            lists.Select(l => (l.Kind, l.Name, l.Value.Text, l.Cache, l.Hidden)));
    }

    [Theory]
    [InlineData("domainlist a = x\ndomainlist a = y", "2:12 duplicate name \"a\" for a named domain list")]
    [InlineData("hostlist a = x\nhostlist a = y", "2:10 duplicate name \"a\" for a named host list")]
    [InlineData("addresslist a = x\naddresslist_cache a = y", "2:19 duplicate name \"a\" for a named address list")]
    [InlineData("localpartlist a = x\nlocalpartlist a = y", "2:15 duplicate name \"a\" for a named local part list")]
    [InlineData("domainlist a", "1:12 missing '=' after \"a\"")]
    [InlineData("domainlist a-b = x", "1:12 missing '=' after \"a\"")]
    [InlineData("domainlist a b = x", "1:12 missing '=' after \"a\"")]
    [InlineData("domainlist = x", "1:12 missing name for a named domain list")]
    [InlineData("domainlist", "1:1 unrecognized configuration line")]
    [InlineData("domainlist a = \"x\" y", "1:20 extra characters follow string value for a")]
    public void Wrong_named_lists_are_reported(string text, string expected) => Assert.Equal([expected], Conf.Of(text).ReadProblems());

    [Fact]
    public void All_errors_of_a_file_are_reported_in_one_go() => Assert.Equal(
        [
            "1:1 malformed macro definition", "2:1 option setting expected: %x", "4:1 router name missing", "7:1 there are two routers called \"a\"",
            "8:12 missing quote at end of string value for transport", "9:7 \"nowhere\" is not a known configuration section name", "11:1 missing or malformed ACL name",
        ],
        Conf.Of("BAD\n%x\nbegin routers\nz\na:\ndriver = accept\na:\ntransport= \"x\nbegin nowhere\nbegin acl\naccept").ReadProblems());
}
