using FsCheck;
using FsCheck.Fluent;
using ScriptMta.Expansion;
using ScriptMta.Filtering;
using ScriptMta.Mail;
using ScriptMta.Tests.Expansion;
using static ScriptMta.Tests.Filtering.FilterFixture;

namespace ScriptMta.Tests.Filtering;

public class FilterProgramTests
{
    [Fact]
    public void The_subject_of_the_escalation_reaches_the_people_on_call_with_high_priority()
    {
        const string filter = """
            if $h_subject: contains "Production Problem" and not error_message
            then
              headers add "X-Priority: 1"
              deliver oncall1@test.org errors_to ops@test.org
              deliver oncall2            # qualified
              finish
            endif
            deliver never@test.org
            """;
        var context = Context();
        var done = Done(filter, Rules(FilterKind.System), context);
        Assert.True(done.IsSignificant);
        Assert.Equal(["oncall1@test.org", "oncall2@test.org"], done.Actions.OfType<FilterAction.Deliver>().Select(d => d.Address.ToString()));
        Assert.Equal("1", Assert.Single(done.Actions.OfType<FilterAction.HeadersAdd>()).Fields[0].Value);
        Assert.Equal("1", context.Message.Headers!.First("X-Priority")!.Value);
        context.Message.Headers = new HeaderSection([HeaderField.Create("Subject", "lunch")]);
        Assert.Equal("never@test.org", Assert.IsType<FilterAction.Deliver>(Assert.Single(Done(filter, Rules(FilterKind.System), context).Actions)).Address.ToString());
    }

    [Fact]
    public void Errors_name_the_file_and_the_line()
    {
        Assert.Null(FilterProgram.Parse("# Exim filter\n\nif a is b\nthen foo\nendif\n", "/home/joe/.forward", FilterRules.User, out var problems));
        Assert.Equal("/home/joe/.forward:5 unknown filtering command \"foo\" near line 5 of filter file", $"{problems[0].At} {problems[0].Text}");
        var failed = Assert.IsType<FilterResult.Failed>(Run("deliver a@b\n\ndeliver \"${foo}\""));
        Assert.Equal("test.filter:4 failed to expand \"${foo}\" in deliver command: unknown variable in \"${foo}\"", $"{failed.At} {failed.Error}");
        Assert.Null(FilterProgram.Parse("deliver a@b", "x", FilterRules.User, out problems));
        Assert.Equal("a filter must begin with \"# Exim filter\"", problems[0].Text);
    }

    [Theory]
    [InlineData("# Exim filter", true), InlineData("#exim FILTER <<== keep", true), InlineData("\n  #  Exim\tfilter\n", true)]
    [InlineData("# Sieve filter", false), InlineData("joe@example.org", false), InlineData("", false), InlineData("# Exim", false)]
    public void A_filter_is_known_by_its_first_line(string text, bool isFilter) => Assert.Equal(isFilter, FilterProgram.IsFilter(text));

    [Fact]
    public void Files_are_saved_below_home_and_keep_their_taint()
    {
        var actions = Done("save mail/in 640 unseen save /var/x save $h_x-a: save a/b/ noerror pipe \"/bin/x $h_x-a:\"").Actions;
        Assert.Equal(new FilterAction.Save(Value.Clean("/root/mail/in"), 416) { IsSignificant = true }, actions[0]);
        Assert.Equal(new FilterAction.Save(Value.Clean("/var/x"), null), actions[1]);
        Assert.True(((FilterAction.Save)actions[2]).Path is { IsTainted: true, Text: "/root/one" });
        Assert.Equal("/root/a/b/", ((FilterAction.Save)actions[3]).Path.Text);
        Assert.True(actions[4] is FilterAction.Pipe { Command: "/bin/x $h_x-a:", NoError: true, IsSignificant: true });
        Assert.Equal("in", ((FilterAction.Save)Done("save in", Rules(FilterKind.User) with { PrependHome = false }).Actions[0]).Path.Text);
    }

    [Fact]
    public void Text_of_the_message_is_never_a_template()
    {
        var context = Context();
        context.Message.Headers = new HeaderSection([HeaderField.Create("Subject", "${run{/bin/false}}$h_x:")]);
        var mail = Assert.IsType<FilterAction.Mail>(Assert.Single(Done("mail to a@b subject \"Re: $h_subject:\" text x", context: context).Actions));
        Assert.Equal(("Re: ${run{/bin/false}}$h_x:", true), (mail.Subject.Text, mail.Subject.IsTainted));
    }

    [Fact]
    public void Mail_answers_the_sender_once_and_never_a_bounce()
    {
        var mail = Assert.IsType<FilterAction.Mail>(Assert.Single(Done("vacation once_repeat 1w2d").Actions));
        Assert.Equal(("joe@example.org", TimeSpan.FromDays(9), true, ".vacation.msg"), (AddressParser.ParseList(mail.To.Text, AddressRules.Default).Single().Address.ToString(), mail.OnceRepeat!.Value, mail.ExpandFile, mail.File!.Value.Text));
        var bounce = Context();
        bounce.Message.Sender = MailAddress.Null;
        Assert.Empty(Done("mail to a@b text x", context: bounce).Actions);
        Assert.Equal("malformed time interval \"1x\" for once_repeat in mail command", Assert.IsType<FilterResult.Failed>(Run("mail to a@b once_repeat 1x")).Error);
    }

    [Fact]
    public void A_value_of_the_message_cannot_begin_a_header()
    {
        var context = Context();
        context.Message.Headers = new HeaderSection([new HeaderField("Subject", " a\nBcc: x@y")]);
        Assert.Equal("\\n not followed by space in \"a\\nBcc: x@y\" in mail command", Assert.IsType<FilterResult.Failed>(Run("mail to a@b subject \"$rh_subject:\"".Replace("$rh_", "$h_"), context: context)).Error);
        Assert.Contains("is not a header line", Assert.IsType<FilterResult.Failed>(Run("headers add \"x y\\nz\"", Rules(FilterKind.System))).Error);
    }

    [Fact]
    public void A_system_filter_changes_headers_at_once_and_a_failing_one_changes_nothing()
    {
        var context = Context();
        var actions = Done("""
            headers add "Old-Subject: $h_subject:"
            headers remove Subject
            headers add "Subject: new (was: $h_old-subject:)"
            headers remove "Old-Subject"
            """, Rules(FilterKind.System), context).Actions;
        Assert.Equal(4, actions.Length);
        Assert.Equal("new (was: Production Problem: [db] down)", context.Message.Headers!.First("Subject")!.Value);
        var before = context.Message.Headers;
        Assert.IsType<FilterResult.Failed>(Run("headers add \"X-Y: z\" deliver \"\\t\"", Rules(FilterKind.System), context));
        Assert.Same(before, context.Message.Headers);
    }

    [Fact]
    public void The_end_of_a_system_filter_says_what_becomes_of_the_recipients()
    {
        Assert.Equal(new FilterAction.Fail("Your mail is unwanted", "log me"), Done("fail \"<<log me>>Your mail is unwanted\" deliver a@b", Rules(FilterKind.System)).Actions.Single());
        Assert.Equal(new FilterAction.Defer("later"), Done("defer text later", Rules(FilterKind.System)).Actions.Single());
        var thawed = Context();
        thawed.Message.ManuallyThawed = true;
        Assert.IsType<FilterAction.Deliver>(Done("freeze deliver a@b", Rules(FilterKind.System), thawed).Actions.Single());
        Assert.IsType<FilterAction.Freeze>(Done("freeze deliver a@b", Rules(FilterKind.User) with { AllowFreeze = true }).Actions.Single());
    }

    [Fact]
    public void Numbers_are_handed_on()
    {
        var context = Context();
        context.Variables["sn4"] = Value.Clean("9");
        var done = Done("add 3 to n1 add $n1 to n1 add $sn4 to n2 if $n1 is above 5 then add -1 to n3 endif", context: context);
        Assert.Equal([0, 6, 9, -1, 0, 0, 0, 0, 0, 0], done.Numbers.ToArray());
        Assert.False(context.Variables.ContainsKey("n1"));
    }

    [Fact]
    public void A_log_file_gets_its_lines()
    {
        var write = Assert.IsType<FilterAction.LogWrite>(Done("logfile $home/f.log 644 logwrite \"$h_x-a: seen\"").Actions.Single());
        Assert.Equal(("/root/f.log", 420, "one seen\n"), (write.File!.Value.Text, write.Mode, write.Text));
        Assert.Equal("attempt to obey \"logwrite\" command without a previous \"logfile\"", Assert.IsType<FilterResult.Failed>(Run("logwrite x")).Error);
        Assert.Null(Assert.IsType<FilterAction.LogWrite>(Done("logwrite x", Rules(FilterKind.System)).Actions.Single()).File);
    }

    [Theory]
    [InlineData("From: Joe <joe@a.b>\nTo: root@test.org", true)]
    [InlineData("From: Joe <joe@a.b>\nTo: Root <ROOT@Test.org>", true)]
    [InlineData("From: Joe <joe@a.b>\nTo: other@test.org", false)]
    [InlineData("From: Joe <joe@a.b>\nTo: other@test.org, me@elsewhere.org", true)]
    [InlineData("From: Joe <joe@a.b>\nTo: root@test.org\nList-Id: x", false)]
    [InlineData("From: Joe <joe@a.b>\nTo: root@test.org\nPrecedence: bulk", false)]
    [InlineData("From: Joe <joe@a.b>\nTo: root@test.org\nAuto-Submitted: auto-replied", false)]
    [InlineData("From: Joe <joe@a.b>\nTo: root@test.org\nAuto-Submitted: no", true)]
    [InlineData("From: root@test.org\nTo: root@test.org", false)]
    [InlineData("From: Mailer-Daemon@a.b\nTo: root@test.org", false)]
    [InlineData("From: owner-list@a.b\nTo: root@test.org", false)]
    public void Personal_mail_is_from_a_person_to_the_user(string headers, bool personal)
    {
        var context = Context();
        context.Message.Headers = HeaderParser.Parse(headers + "\n\n", HeaderLimits.Default).Headers;
        Assert.Equal(personal, Done("if personal alias me@elsewhere.org then seen finish endif", context: context).IsSignificant);
    }

    [Fact]
    public void Deep_nesting_is_an_error_and_long_lists_are_not()
    {
        var deep = string.Concat(Enumerable.Repeat("if a is a then ", 5000));
        Assert.Null(FilterProgram.Parse("# Exim filter\n" + deep, "x", FilterRules.User, out var problems));
        Assert.StartsWith("\"if\" commands nested more than 100 deep", problems[0].Text);
        Assert.Null(FilterProgram.Parse("# Exim filter\nif " + new string('(', 50_000), "x", FilterRules.User, out problems));
        Assert.StartsWith("parentheses nested more than 100 deep", problems[0].Text);
        Assert.True(Done("if " + string.Join(" or ", Enumerable.Repeat("a is b", 20_000)) + " or c is c then seen finish endif").IsSignificant);
        Assert.Equal(20_000, Done(string.Join('\n', Enumerable.Repeat("deliver a@b", 20_000))).Actions.Length);
    }

    [Fact]
    public void Any_text_is_parsed_or_refused()
    {
        var pieces = Gen.Elements("if ", "then ", "else ", "elif ", "endif ", "(", ")", "not ", "and ", "or ", "a ", "is ", "\"", "\\", "$", "{", "deliver ", "a@b ", "save ", "mail ", "to ", "text ",
            "seen ", "noerror ", "#", "\n", "foranyaddress ", "personal ", "alias ", "headers ", "add ", "does ", "contain ", "above ", "finish ", "\0", "\u00e9 ");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Gen.ArrayOf(pieces).ToArbitrary(), parts =>
        {
            var program = FilterProgram.Parse("# Exim filter\n" + string.Concat(parts), "x", FilterRules.System, out var problems);
            return program is null ? problems.Length == 1 : program.Run(Context()) is not null;
        }));
    }
}
