using System.Runtime.CompilerServices;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Tests.Hosting;

/// <summary>From a file to a configuration in force: all errors in one go, with places; what a reload keeps and what it refuses.</summary>
public sealed class ConfigurationLoaderTests
{
    const string Whole = Site.Basics + """
        acl_smtp_rcpt = rcpt
        begin acl
        rcpt:
          accept
        begin routers
        all:
          driver = accept
          transport = box
        begin transports
        box:
          driver = appendfile
          file = DIR/box

        """;

    [Fact]
    public void Rules_and_commands_see_only_the_environment_that_is_kept_or_added()
    {
        using var site = new Site();
        var loaded = site.Load(Whole.Replace("acl_smtp_rcpt = rcpt", "keep_environment = ^HO : NOTHING\nadd_environment = COLOUR=blue\nacl_smtp_rcpt = rcpt"))!;
        string Expand(string text) => ScriptMta.Expansion.Template.Parse(text, default).Expand(loaded.NewContext(dryRun: false)).Text;
        Assert.Equal("blue", Expand("${env{COLOUR}}"));
        Assert.Equal(Environment.GetEnvironmentVariable("HOME") ?? "", Expand("${env{HOME}{$value}{}}"));
        Assert.Equal("", Expand("${env{PATH}{$value}{}}"));
        Assert.DoesNotContain("PATH=", Expand("${run{/usr/bin/env}}"), StringComparison.Ordinal);
        Assert.Contains("COLOUR=blue", Expand("${run{/usr/bin/env}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Local_times_are_those_of_the_time_zone_that_is_set()
    {
        using var site = new Site();
        var loaded = site.Load(Whole.Replace("acl_smtp_rcpt = rcpt", "timezone = Asia/Tokyo\nlog_timezone\nacl_smtp_rcpt = rcpt"))!;
        Assert.Equal("+0900", ScriptMta.Expansion.Template.Parse("$tod_zone", default).Expand(loaded.NewContext(dryRun: false)).Text);
        loaded.Environment.Log.Main(null, "a line");
        Assert.Contains(" +0900 a line", File.ReadAllText(Path.Combine(site.Folder, "mainlog")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_zone_or_a_host_lookup_that_there_is_not_is_an_error()
    {
        using var site = new Site();
        Assert.Null(site.Load(Whole.Replace("acl_smtp_rcpt = rcpt", "timezone = Nowhere/Land\nhost_lookup_order = byguess\nacl_smtp_rcpt = rcpt")));
        Assert.Contains(site.Said(), line => line.Contains("there is no time zone \"Nowhere/Land\"", StringComparison.Ordinal));
        Assert.Contains(site.Said(), line => line.Contains("\"byguess\" is neither bydns nor byaddr", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("byaddr", "localhost")]
    [InlineData("bydns:byaddr", "localhost")]
    [InlineData("bydns", "")]
    public void Host_lookup_order_says_where_the_name_of_a_client_comes_from(string order, string name)
    {
        using var site = new Site();
        var loaded = site.Load(Whole.Replace("acl_smtp_rcpt = rcpt", $"host_lookup_order = {order}\nacl_smtp_rcpt = rcpt"))!;
        var context = new ScriptMta.Expansion.ExpansionContext { Environment = loaded.Environment with { Dns = NoDns.Instance } };
        context.Connection.HostAddress = "127.0.0.1";
        Assert.Equal(name, ScriptMta.Expansion.Template.Parse("$sender_host_name", default).Expand(context).Text);
    }

    [Fact]
    public void Every_error_of_every_section_is_reported_at_once_with_its_place()
    {
        using var site = new Site();
        Assert.Null(site.Load(Site.Basics + """
            recipients_max = many
            acl_smtp_rcpt = nobody
            domainlist a = ${if
            begin acl
            rcpt:
              allow hosts = *
            begin routers
            one:
              driver = accept
              transport = missing
            two:
              driver = redirct
              data = x
            begin transports
            box:
              driver = appendfile
              fille = /x
            begin retry
            * nonsense
            """));
        Assert.Equal(
            [
                "site.conf:4:18: main section: integer expected for recipients_max",
                "site.conf:5:17: there is no ACL called \"nobody\"",
                "site.conf:6:16: list \"a\": condition name expected, but found \"\"",
                "site.conf:9:3: ACL \"rcpt\": expected a verb (accept, defer, deny, discard, drop, require, warn), found \"allow hosts = *\"",
                "site.conf:13:15: router \"one\": transport: transport \"missing\" not found",
                "site.conf:15:12: router \"two\": cannot find router driver \"redirct\" (did you mean \"redirect\"?)",
                "site.conf:20:3: transport \"box\": unknown option \"fille\" (did you mean \"file\"?)",
                "site.conf:22:3: retry rule: unknown or malformed retry error \"nonsense\"",
            ], site.Said());
    }

    [Fact]
    public void A_lookup_type_or_function_that_is_not_there_is_an_error_of_the_load()
    {
        using var site = new Site();
        site.Write("hooks.js", "function known() { return 'yes'; }");
        Assert.Null(site.Load("js_files = DIR/hooks.js\nsmtp_banner = ${js{known}} ${js{knwon}}\n" + Site.Basics + """
            domainlist a = ${lookup{x}nosuch{/etc/x}}
            acl_smtp_rcpt = rcpt
            begin acl
            rcpt:
              accept set acl_m_a = ${js{other}}
            begin routers
            r:
              driver = redirect
              data = ${lookup{$local_part}lserach{/etc/aliases}}
            """));
        Assert.Equal(
            [
                "site.conf:2:15: main section: smtp_banner: ${js{knwon}}: no function of that name in js_files",
                "site.conf:6:16: list \"a\": unknown lookup type \"nosuch\"",
                "site.conf:10:10: ACL \"rcpt\": ${js{other}}: no function of that name in js_files",
                "site.conf:14:10: router \"r\": data: unknown lookup type \"lserach\"",
            ], site.Said());
    }

    [Fact]
    public void A_load_touches_nothing_but_what_it_reads()
    {
        using var site = new Site();
        Assert.NotNull(site.Load(Whole));
        Assert.Empty(site.Said());
        Assert.Equal([site.ConfigurationFile], Directory.GetFileSystemEntries(site.Folder));
    }

    [Fact]
    public void A_reload_keeps_the_log_and_the_idle_connections()
    {
        using var site = new Site();
        var first = site.Load(Whole)!;
        var second = site.Load("recipients_max = 7\n" + Whole, first)!;
        Assert.Equal(7, second.Reception.Options.RecipientsMax);
        Assert.Same(first.Environment.Log, second.Environment.Log);
        Assert.Same(first.Pool, second.Pool);
        Assert.NotSame(first.Environment.Log, site.Load("log_selector = +pid\n" + Whole, second)!.Environment.Log);
    }

    [Fact]
    public async Task A_daemon_takes_a_whole_configuration_only()
    {
        using var site = new Site();
        await using var system = await MailSystem.OpenAsync(site.Load(Whole)!, new SiteRequest(site.ConfigurationFile, []), CancellationToken.None);
        var before = system.Configuration;
        site.Write("site.conf", "recipients_max = many\n" + Whole);
        Assert.Equal($"{site.ConfigurationFile} has errors: keeping the old configuration", system.Reload());
        Assert.Same(before, system.Configuration);
        site.Write("site.conf", Whole.Replace("DIR/spool", "DIR/elsewhere", StringComparison.Ordinal));
        Assert.Equal("spool_directory changed: keeping the old configuration until a restart", system.Reload());
        Assert.Same(before, system.Configuration);
        site.Write("site.conf", "recipients_max = 7\n" + Whole);
        Assert.Equal($"configuration reloaded from {site.ConfigurationFile}", system.Reload());
        Assert.Equal(7, system.Configuration.Reception.Options.RecipientsMax);
        Assert.Contains("integer expected for recipients_max", File.ReadAllText(Path.Combine(site.Folder, "paniclog")), StringComparison.Ordinal);
    }

    [Fact]
    public void Macros_of_the_command_line_count()
    {
        using var site = new Site();
        site.Write("site.conf", Whole.Replace("mx.test.org", "NAME", StringComparison.Ordinal));
        var problems = new ProblemList();
        var loaded = ConfigurationLoader.Load(new SiteRequest(site.ConfigurationFile, [("NAME", "macro.test.org")]), problems);
        Assert.Equal("macro.test.org", loaded!.Settings.PrimaryHostname);
        Assert.Equal("macro.test.org", loaded.Settings.QualifyDomain);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var problems = new ProblemList();
        Assert.Null(ConfigurationLoader.Load(new SiteRequest("/nowhere/site.conf", []), problems));
        Assert.Contains("/nowhere/site.conf", Assert.Single(problems.All).ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string> Examples => [.. Directory.GetDirectories(ExamplesFolder()).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_examples_load_without_a_warning(string example)
    {
        var problems = new ProblemList();
        Assert.NotNull(ConfigurationLoader.Load(new SiteRequest(Path.Combine(ExamplesFolder(), example, "scriptmta.conf"), []), problems));
        Assert.Empty(problems.All.Select(p => p.ToString()));
    }

    [Fact]
    public void The_configuration_that_comes_with_Exim_runs_unchanged()
    {
        var problems = new ProblemList();
        Assert.NotNull(ConfigurationLoader.Load(new SiteRequest(Oracle.ExampleConfiguration, []), problems));
        Assert.Empty(problems.All.Select(p => p.ToString()));
    }

    static string ExamplesFolder([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "examples"));
}
