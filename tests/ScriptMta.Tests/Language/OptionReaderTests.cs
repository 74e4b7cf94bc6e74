using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

public sealed class OptionReaderTests
{
    static readonly string[] Kinds = ["routers", "transports", "authenticators"];

    /// <summary>Problems of one driver instance `x`, from line 1.</summary>
    static string[] DriverProblems(string kind, string settings)
    {
        var conf = Conf.Of($"begin {kind}\nx:\n{settings}");
        Open(kind, conf);
        return Conf.Texts(conf.Problems);
    }

    static OptionReader? Open(string kind, Conf conf)
    {
        var document = conf.Read();
        var (tables, block) = Array.IndexOf(Kinds, kind) switch
        {
            0 => (RouterOptionTables.Tables, document.Routers[0]),
            1 => (TransportOptionTables.Tables, document.Transports[0]),
            _ => (AuthenticatorOptionTables.Tables, document.Authenticators[0]),
        };
        return tables.Open(block, conf.Problems);
    }

    static OptionReader Router(string settings)
    {
        var conf = Conf.Of($"begin routers\nx:\n{settings}");
        var reader = Open("routers", conf)!;
        Assert.Empty(Conf.Texts(conf.Problems));
        return reader;
    }

    [Theory]
    [InlineData("chek_local = 3", "1:1 main section: unknown option \"chek_local\"")]
    [InlineData("qualify-domain = a", "1:1 main section: unknown option \"qualify\"")]
    [InlineData("  qualify_domian = a", "1:3 main section: unknown option \"qualify_domian\" (did you mean \"qualify_domain\"?)")]
    [InlineData("no_quue_only", "1:1 main section: unknown option \"no_quue_only\" (did you mean \"no_queue_only\"?)")]
    [InlineData("begin\tacl", "1:1 main section: unknown option \"begin\"")]
    [InlineData("hide = 3", "1:6 option setting expected: = 3")]
    [InlineData("qualify_domain = a\nqualify_domain = b", "2:1 main section: \"qualify_domain\" option set for the second time (first at /etc/scriptmta.conf:1:1)")]
    [InlineData("queue_only\nno_queue_only", "2:1 main section: \"no_queue_only\" option set for the second time (first at /etc/scriptmta.conf:1:1)")]
    [InlineData("recipients_max = x\nrecipients_max = y", "1:18 main section: integer expected for recipients_max", "2:1 main section: \"recipients_max\" option set for the second time (first at /etc/scriptmta.conf:1:1)")]
    [InlineData("recipients_max = 3 # c", "1:18 main section: extra characters follow integer value for recipients_max (# is comment only at line start)")]
    [InlineData("queue_only = yes # c", "1:14 main section: extra characters follow \"yes\" for boolean option queue_only (# is comment only at line start)")]
    [InlineData("queue_only # c", "1:12 main section: extra characters follow boolean option queue_only (# is comment only at line start)")]
    [InlineData("qualify_domain # c", "1:16 main section: missing \"=\" after qualify_domain")]
    [InlineData("no_qualify_domain = abc", "1:21 main section: negation prefix applied to a non-boolean option")]
    [InlineData("not_recipients_max", "1:1 main section: negation prefix applied to a non-boolean option")]
    [InlineData("qualify_domain", "1:1 main section: unexpected end of line (data missing) after qualify_domain")]
    [InlineData("auto_thaw", "1:1 main section: unexpected end of line (data missing) after auto_thaw")]
    [InlineData("qualify_domain a", "1:16 main section: missing \"=\" after qualify_domain")]
    [InlineData("recipients_max : 3", "1:16 main section: missing \"=\" after recipients_max")]
    [InlineData("queue_only x", "1:12 main section: extra characters follow boolean option queue_only")]
    [InlineData("no_queue_only = true", "1:17 main section: extra characters follow boolean option no_queue_only")]
    [InlineData("queue_only = yes x", "1:14 main section: extra characters follow \"yes\" for boolean option queue_only")]
    [InlineData("queue_only = maybe", "1:14 main section: \"maybe\" is not a valid value for the \"queue_only\" option")]
    [InlineData("queue_only = y", "1:14 main section: \"y\" is not a valid value for the \"queue_only\" option")]
    [InlineData("queue_only = no_1", "1:14 main section: \"no_1\" is not a valid value for the \"queue_only\" option")]
    [InlineData("queue_only = 1", "1:14 main section: \"\" is not a valid value for the \"queue_only\" option")]
    [InlineData("queue_only = \"yes\"", "1:14 main section: \"\" is not a valid value for the \"queue_only\" option")]
    [InlineData("recipients_max = abc", "1:18 main section: integer expected for recipients_max")]
    [InlineData("recipients_max =", "1:17 main section: integer expected for recipients_max")]
    [InlineData("recipients_max = \"10\"", "1:18 main section: integer expected for recipients_max")]
    [InlineData("recipients_max = 12x", "1:18 main section: extra characters follow integer value for recipients_max")]
    [InlineData("recipients_max = 10 K", "1:18 main section: extra characters follow integer value for recipients_max")]
    [InlineData("recipients_max = 99999999999", "1:18 main section: absolute value of integer \"99999999999\" is too large (overflow)")]
    [InlineData("recipients_max = 3G", "1:18 main section: absolute value of integer \"3G\" is too large (overflow)")]
    [InlineData("ignore_bounce_errors_after = 2h30", "1:30 main section: invalid time value for ignore_bounce_errors_after")]
    [InlineData("ignore_bounce_errors_after = \"2h\"", "1:30 main section: invalid time value for ignore_bounce_errors_after")]
    [InlineData("smtp_receive_timeout = soon", "1:24 main section: invalid time value for smtp_receive_timeout")]
    [InlineData("delay_warning = 1h:2x", "1:17 main section: invalid time value for delay_warning")]
    [InlineData("smtp_load_reserve = x", "1:21 main section: fixed-point number expected for smtp_load_reserve")]
    [InlineData("smtp_load_reserve = 1.2x", "1:21 main section: extra characters follow fixed-point value for smtp_load_reserve")]
    public void Misuse_in_the_main_section_is_reported(string text, params string[] expected) => Assert.Equal(expected, Conf.Of(text).MainProblems());

    [Theory]
    [InlineData("routers", "driver = accept\nchek_local_user", "4:1 router \"x\": unknown option \"chek_local_user\" (did you mean \"check_local_user\"?)")]
    [InlineData("routers", "driver = accept\nfile = y", "4:1 router \"x\": unknown option \"file\"")]
    [InlineData("routers", "driver = accept\nno_more\nmore", "5:1 router \"x\": \"more\" option set for the second time (first at /etc/scriptmta.conf:4:1)")]
    [InlineData("routers", "driver = redirect\nunseen = maybe", "4:10 router \"x\": \"maybe\" is not a valid value for the \"unseen\" option")]
    [InlineData("routers", "driver = accept\nverify = ${if x}", "4:10 router \"x\": \"\" is not a valid value for the \"verify\" option")]
    [InlineData("routers", "", "2:1 router \"x\": no driver defined")]
    [InlineData("routers", "driver = acept", "3:10 router \"x\": cannot find router driver \"acept\" (did you mean \"accept\"?)")]
    [InlineData("routers", "file = x\ndriver = redirect", "3:1 router \"x\": option \"file\" unknown (\"driver\" must be specified before any private options)")]
    [InlineData("transports", "driver = appendfile\nmode = 0999", "4:8 transport \"x\": extra characters follow octal integer value for mode")]
    [InlineData("transports", "driver = appendfile\nmode = x", "4:8 transport \"x\": octal integer expected for mode")]
    public void Misuse_in_a_driver_is_reported(string kind, string settings, params string[] expected) => Assert.Equal(expected, DriverProblems(kind, settings));

    [Theory]
    [InlineData("chek_local = 3", "main option \"chek_local\" unknown")]
    [InlineData("qualify_domain = a\nqualify_domain = b", "\"qualify_domain\" option set for the second time")]
    [InlineData("recipients_max = abc", "integer expected for recipients_max")]
    public void Each_has_Exims_own_words_too(string text, string expected)
    {
        var conf = Conf.Of(text);
        conf.MainProblems();
        Assert.Equal(expected, conf.Problems.All.Single().InEximsWords);
    }

    [Theory]
    [InlineData("driver = accept\nfoo = y", "option \"foo\" unknown")]
    [InlineData("driver = foo", "router x: cannot find router driver \"foo\"")]
    [InlineData("", "no driver defined for router \"x\"")]
    public void So_have_those_of_drivers(string settings, string expected)
    {
        var conf = Conf.Of($"begin routers\nx:\n{settings}");
        Open("routers", conf);
        Assert.Equal(expected, conf.Problems.All.Single().InEximsWords);
    }

    /// <summary>Tables of its own, since rows of the real ones change as options are built.</summary>
    static readonly DriverTables Statuses = new("router", new OptionTable("router", [new("driver", OptionType.Text)]),
        new DriverRow("all",
        [
            new("later", OptionType.Text, OptionStatus.NotBuilt) { Inert = "" },
            new("repeat_use", OptionType.Bool, OptionStatus.NotBuilt) { Inert = "true" },
            new("tuning", OptionType.Int, OptionStatus.Harmless),
            new("tls_tuning", OptionType.Text, OptionStatus.Harmless, "there is no TLS"),
            new("disable_fsync", OptionType.Bool, OptionStatus.Refused, "mail is always on stable storage; remove the line"),
        ]),
        new DriverRow("coming", [], OptionStatus.NotBuilt),
        new DriverRow("never", [], OptionStatus.Refused, "use a js router"));

    [Theory]
    [InlineData("driver = all\nrepeat_use = false", "4:1 warning: router \"x\": option \"repeat_use\" is known but not built yet; until then this router defers all that comes to it")]
    [InlineData("driver = all\nno_repeat_use", "4:1 warning: router \"x\": option \"repeat_use\" is known but not built yet; until then this router defers all that comes to it")]
    [InlineData("driver = all\nrepeat_use\nlater =")]
    [InlineData("driver = all\nlater = x", "4:1 warning: router \"x\": option \"later\" is known but not built yet; until then this router defers all that comes to it")]
    [InlineData("driver = all\ntuning = 3", "4:1 warning: router \"x\": option \"tuning\" is known but has no effect yet")]
    [InlineData("driver = all\ntls_tuning = 3", "4:1 warning: router \"x\": option \"tls_tuning\" is known but has no effect yet: there is no TLS")]
    [InlineData("driver = all\ndisable_fsync", "4:1 router \"x\": option \"disable_fsync\" is not supported: mail is always on stable storage; remove the line")]
    [InlineData("driver = coming", "3:10 warning: router \"x\": driver \"coming\" is known but not built yet; until then this router defers all that comes to it")]
    [InlineData("driver = never\nz = 3", "4:1 router \"x\": unknown option \"z\"", "3:10 router \"x\": driver \"never\" is not supported: use a js router")]
    public void What_is_not_built_is_named_unless_it_asks_for_what_happens_anyway(string settings, params string[] expected)
    {
        var conf = Conf.Of($"begin routers\nx:\n{settings}");
        Statuses.Open(conf.Read().Routers[0], conf.Problems);
        Assert.Equal(expected, Conf.Texts(conf.Problems));
    }

    [Fact]
    public void Values_are_read_by_type()
    {
        var main = Conf.Of("""
            queue_only = TRUE
            no_split_spool_directory = 
            recipients_max = 0x10K
            message_size_limit = 50M
            ignore_bounce_errors_after = 1w2d3h4m5s
            log_selector = +all
            allow_mx_to_ip =
            """.Replace("no_split_spool_directory = \n", "", StringComparison.Ordinal)).MainOptions();
        Assert.True(main.Bool("queue_only", false));
        Assert.True(main.Bool("allow_mx_to_ip", false));
        Assert.Equal(16384, main.Int("recipients_max", 1));
        Assert.Equal(50 * 1024 * 1024, main.Int("message_size_limit", 1));
        Assert.Equal(new TimeSpan(9, 3, 4, 5), main.Time("ignore_bounce_errors_after", TimeSpan.Zero));
        Assert.Equal("+all", main.Text("log_selector")!.Value.Text);
        Assert.Equal(Conf.Place(4, 30), main.PlaceOf("ignore_bounce_errors_after"));
        Assert.Equal("main section", main.Owner);
    }

    [Fact]
    public void What_is_not_set_gives_the_default()
    {
        var router = Router("driver = accept");
        Assert.True(router.Bool("expn", true));
        Assert.False(router.Bool("unseen", false));
        Assert.Null(router.Text("transport"));
        Assert.False(router.Has("transport"));
        Assert.Equal(router.At, router.PlaceOf("transport"));
        Assert.Equal("router \"x\"", router.Owner);
    }

    [Fact]
    public void What_is_wrong_gives_the_default()
    {
        var conf = Conf.Of("recipients_max = x\nqueue_only = maybe\nignore_bounce_errors_after = 3");
        OptionReader main = new(conf.Read().Main, MainOptionTable.Table, conf.Problems);
        Assert.Equal(7, main.Int("recipients_max", 7));
        Assert.True(main.Bool("queue_only", true));
        Assert.Equal(TimeSpan.FromDays(1), main.Time("ignore_bounce_errors_after", TimeSpan.FromDays(1)));
        Assert.Equal(3, conf.Problems.All.Count);
    }

    [Theory]
    [InlineData("no_more", "false")]
    [InlineData("not_more", "false")]
    [InlineData("more", "true")]
    [InlineData("more = no", "no")]
    [InlineData("more = ${if eq{a}{b}}", "${if eq{a}{b}}")]
    public void An_expanded_boolean_can_be_had_as_text(string setting, string expected) =>
        Assert.Equal(expected, Router($"driver = accept\n{setting}").Text("more")!.Value.Text);

    [Fact]
    public void Options_that_may_be_repeated_are_joined_as_Exim_joins_them()
    {
        var router = Router("driver = accept\nheaders_add = a: b\nheaders_add = c: d\nheaders_remove = a\nheaders_remove = b\nset = r_a = 1\nset = r_b = 2\ncondition = x\ncondition = y\ncondition = z");
        Assert.Equal("a: b\nc: d", router.Text("headers_add")!.Value.Text);
        Assert.Equal("a:b", router.Text("headers_remove")!.Value.Text);
        Assert.Equal("r_a = 1;r_b = 2", router.Text("set")!.Value.Text);
        Assert.Equal(["r_a = 1", "r_b = 2"], router.All("set").Select(v => v.Text));
        Assert.Equal("${if and{{bool_lax{${if and{{bool_lax{x}}{bool_lax{y}}}}}}{bool_lax{z}}}}", router.Text("condition")!.Value.Text);
    }

    [Fact]
    public void Asking_for_a_name_that_the_table_lacks_is_a_bug() =>
        Assert.Throws<ArgumentException>(() => Router("driver = accept").Text("file"));

    [Fact]
    public void A_reader_of_options_can_report_in_the_same_words()
    {
        var router = Router("driver = accept\nself = foo");
        router.Error("self", "\"foo\" is not one of freeze, defer, fail");
        Assert.Equal("/etc/scriptmta.conf:4:8: router \"x\": self: \"foo\" is not one of freeze, defer, fail", router.Problems.All.Single().ToString());
    }
}
