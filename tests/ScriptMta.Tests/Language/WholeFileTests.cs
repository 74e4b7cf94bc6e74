using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

public sealed class WholeFileTests
{
    /// <summary>The document's options against all tables, as a load does it.</summary>
    static void ReadOptionsOf(ConfigurationDocument document, ProblemList problems)
    {
        _ = new OptionReader(document.Main, MainOptionTable.Table, problems);
        foreach (var block in document.Routers) RouterOptionTables.Tables.Open(block, problems);
        foreach (var block in document.Transports) TransportOptionTables.Tables.Open(block, problems);
        foreach (var block in document.Authenticators) AuthenticatorOptionTables.Tables.Open(block, problems);
    }

    [Fact]
    public void Exims_default_configuration_is_known_and_at_worst_not_built_yet()
    {
        ProblemList problems = new();
        var document = ConfigurationReader.Read(Oracle.ExampleConfiguration, new() { BuiltInMacros = static () => ProductMacros.All }, problems)!;
        ReadOptionsOf(document, problems);
        Assert.Empty(problems.All.Where(p => !p.Message.Contains("known but", StringComparison.Ordinal)).Select(p => p.ToString()));
        Assert.Equal(["dnslookup", "system_aliases", "userforward", "localuser"], document.Routers.Select(r => r.Name));
        Assert.Equal(["acl_check_rcpt", "acl_check_prdr", "acl_check_data"], document.Acls.Select(a => a.Name));
        Assert.Single(document.Retry);
    }

    [Fact]
    public void A_configuration_in_the_way_of_Debian_is_read()
    {
        var conf = Conf.Of("""
            exim_path = /usr/sbin/exim4
            CONFDIR = /etc/exim4
            .include CONFDIR/macros
            domainlist local_domains = MAIN_LOCAL_DOMAINS
            hostlist relay_from_hosts = MAIN_RELAY_NETS
            .ifndef MAIN_PRIMARY_HOSTNAME_AS_QUALIFY_DOMAIN
              .ifndef MAIN_QUALIFY_DOMAIN
              qualify_domain = ETC_MAILNAME
              .else
              qualify_domain = MAIN_QUALIFY_DOMAIN
              .endif
            .endif
            .ifdef _HAVE_TLS
            tls_certificate = CONFDIR/exim.crt
            .endif
            begin acl
            .ifdef CHECK_RCPT_LOCAL_LOCALPARTS
            CHECK_RCPT_EXTRA = yes
            .else
            LOCAL_PART_RULE = ^[.] : ^.*[@%!/|`#&?]
            .endif
            acl_check_rcpt:
              deny
                domains = +local_domains
                local_parts = LOCAL_PART_RULE
                message = restricted characters in address
              .ifdef CHECK_RCPT_VERIFY_SENDER
              deny
                !verify = sender
              .endif
              accept
            begin routers
            system_aliases:
              debug_print = "R: system_aliases for $local_part@$domain"
              driver = redirect
              domains = +local_domains
              data = ${lookup{$local_part}lsearch{/etc/aliases}}
              .ifdef SYSTEM_ALIASES_USER
              user = SYSTEM_ALIASES_USER
              .endif
            """).File("/etc/exim4/macros", "MAIN_LOCAL_DOMAINS = @:localhost\nMAIN_RELAY_NETS = : 127.0.0.1 : ::::1\nETC_MAILNAME = mail.example\n");
        var document = conf.ReadClean();
        ReadOptionsOf(document, conf.Problems);
        Assert.False(conf.Problems.HasErrors, string.Join('\n', Conf.Texts(conf.Problems)));
        Assert.Equal("mail.example", Conf.Value(document, "qualify_domain"));
        Assert.Equal(["@:localhost", ": 127.0.0.1 : ::::1"], document.NamedLists.Select(l => l.Value.Text));
        Assert.Equal(["deny", "domains = +local_domains", "local_parts = ^[.] : ^.*[@%!/|`#&?]", "message = restricted characters in address", "accept"],
            document.Acls.Single().Lines.Select(l => l.Text));
        Assert.Equal(["debug_print", "driver", "domains", "data"], document.Routers.Single().Settings.Select(s => s.Name));
    }

    /// <summary>Lines that mean something, in any order, cut and mixed with any bytes.</summary>
    [Fact]
    public void Any_text_is_read_or_refused_without_an_exception_or_an_endless_loop()
    {
        string[] pieces =
        [
            "begin routers\n", "begin acl\n", "begin transports\n", "begin ", "A = ", "AB == A", "A", ".ifdef A\n", ".ifdef _HAVE_JS\n", ".else\n", ".endif\n", ".elifndef B\n",
            ".include self\n", ".include_if_exists /etc/self\n", "\\\n", "\n", " ", "#", "\"", "\\", "=", ":", "x:\n", "driver = redirect\n", "driver = smtp\n", "hide ",
            "no_more\n", "domainlist a = <; b", "hostlist", "queue_only", "recipients_max = 0x", "9G\n", "auto_thaw = 3h\n", "\0", "\xff", "\r\n", "_OPT_", "headers_add = ",
        ];
        var texts = Gen.Elements(pieces).Or(ArbMap.Default.GeneratorFor<string>().Select(s => Latin1.FromUnicode(s ?? ""))).ListOf().Select(string.Concat);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(texts.ToArbitrary(), text =>
        {
            ProblemList problems = new();
            ReadOptions options = new() { BuiltInMacros = static () => ProductMacros.All, OpenFile = path => path.EndsWith("self", StringComparison.Ordinal) ? text : null };
            ReadOptionsOf(ConfigurationReader.ReadText(text, "/etc/self", options, problems), problems);
            return ListSyntax.Split(text).All(item => item.Offset < text.Length);
        }));
    }

    /// <summary>A few milliseconds when warm; the bound leaves room for a busy machine and still catches work that grows with the square of the file.</summary>
    [Fact]
    public void A_file_of_1500_lines_is_read_quickly()
    {
        StringBuilder text = new();
        for (var i = 0; i < 60; i++) text.Append($"MAIN_SETTING_{i:00} = value {i} of a macro\n");
        text.Append("begin routers\n");
        for (var i = 0; i < 240; i++) text.Append($"r{i}:\n  driver = redirect\n  domains = +local : \\\n    MAIN_SETTING_{i % 60:00}\n  data = ${{lookup{{$local_part}}lsearch{{/etc/aliases}}}}\n  no_more\n");
        var best = Enumerable.Range(0, 10).Min(_ => Elapsed(text.ToString()));
        Assert.True(best < TimeSpan.FromMilliseconds(100), $"{best.TotalMilliseconds} ms");

        static TimeSpan Elapsed(string text)
        {
            var start = Stopwatch.GetTimestamp();
            Conf.Of(text).ReadClean();
            return Stopwatch.GetElapsedTime(start);
        }
    }
}
