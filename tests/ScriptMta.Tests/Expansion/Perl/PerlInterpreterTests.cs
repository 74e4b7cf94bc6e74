using ScriptMta.Expansion;
using ScriptMta.Logging;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Expansion.Perl;

/// <summary>What Perl code may do to the process that it runs in, and what stays of it. That it answers as Exim's Perl does is for cases/perl.txt.</summary>
public sealed class PerlInterpreterTests : IDisposable
{
    const string Code = """
        my $n = 0;
        sub count { return ++$n }
        sub leave { exit 3 }
        sub kill_self { kill 9, $$; sleep 5 }
        sub forever { 1 while 1 }
        sub forever_with_child { open my $f, '>', $_[0]; print $f my $pid = fork || exec('/bin/sleep', 300); close $f; 1 while 1 }
        sub process { return $$ }
        sub meet { open my $f, '>', "$_[0]/$$"; close $f; select undef, undef, undef, 0.05 until 3 <= (() = glob "$_[0]/*"); return $$ }
        sub prints { print "\0\0\0\5Vgarbage"; syswrite STDOUT, "\0\0\0\1U"; return 'printed' }
        sub closes { close STDIN; close STDOUT; close STDERR; return 'closed' }
        sub forks { my $pid = fork; return 'child' if !$pid; waitpid $pid, 0; return 'parent' }
        sub huge { return 'x' x (65 * 1024 * 1024) }
        sub garbage { open my $f, '>&=', $_ or next for 3 .. 9; for (3 .. 9) { open my $f, '>&=', $_ or next; syswrite $f, "\377" x 100 } return 'done' }
        sub again { return Exim::expand_string('${perl{again}}') }
        sub handled { local $SIG{ALRM} = sub { die "time\n" }; alarm 1; Exim::expand_string('${run{/bin/sleep 1.2}}'); return 'late' }
        sub logs { Exim::log_write("logged $_[0]"); warn "careful\n"; return 'ok' }
        sub echo { return $_[0] }
        sub tainting { return ${^TAINT} }
        sub directory { return `/bin/pwd` }
        """;

    readonly StringWriter _log = new();
    readonly List<PerlInterpreter> _started = [];

    public void Dispose() => _started.ForEach(perl => perl.Dispose());

    [Fact]
    public void What_a_subroutine_keeps_is_there_at_the_next_call()
    {
        var context = Context();
        Assert.Equal("1 2 3", ExpansionFixture.Be("${perl{count}} ${perl{count}} ${perl{count}}", context));
    }

    [Theory]
    [InlineData("leave", "the Perl process ended with status 3")]
    [InlineData("kill_self", "the Perl process was killed by signal 9")]
    [InlineData("garbage", "the Perl process broke the protocol and was killed")]
    [InlineData("huge", "the Perl process broke the protocol and was killed")]
    public void A_subroutine_that_ends_the_process_defers_and_the_next_call_gets_a_new_one(string subroutine, string death)
    {
        var context = Context();
        var result = Template.Parse($"${{perl{{{subroutine}}}}}", ExpansionFixture.At).Expand(context);
        Assert.Equal((ExpandedKind.Deferred, $"Perl subroutine \"{subroutine}\" gave no answer: {death}"), (result.Kind, result.Error));
        Assert.Equal("1", ExpansionFixture.Be("${perl{count}}", context));
    }

    [Fact]
    public void A_subroutine_that_loops_for_ever_is_killed_with_its_children()
    {
        using var folder = new TemporaryDirectory();
        var file = Path.Combine(folder.Path, "child");
        var context = Context(limit: TimeSpan.FromSeconds(1));
        var result = Template.Parse($"${{perl{{forever_with_child}}{{{file}}}}}", ExpansionFixture.At).Expand(context);
        Assert.Equal((ExpandedKind.Deferred, "Perl subroutine \"forever_with_child\" gave no answer: the Perl process ran longer than perl_time_limit and was killed"), (result.Kind, result.Error));
        Assert.True(SpinWait.SpinUntil(() => !IsRunning(int.Parse(File.ReadAllText(file))), TimeSpan.FromSeconds(10)));
        Assert.Equal("1", ExpansionFixture.Be("${perl{count}}", context));
    }

    [Theory]
    [InlineData("prints", "printed")]
    [InlineData("closes", "closed")]
    [InlineData("forks", "parent")]
    public void What_a_subroutine_does_to_its_streams_and_children_does_not_disturb_the_answers(string subroutine, string answer)
    {
        var context = Context();
        Assert.Equal($"{answer} 1 {answer} 2", ExpansionFixture.Be($"${{perl{{{subroutine}}}}} ${{perl{{count}}}} ${{perl{{{subroutine}}}}} ${{perl{{count}}}}", context));
    }

    [Fact]
    public void A_signal_handler_that_dies_while_Perl_waits_for_an_expansion_leaves_the_answers_in_order()
    {
        var context = Context();
        Assert.Equal("Failed: time\n", ExpansionFixture.Be("${perl{handled}}", context));
        Assert.Equal("1 x", ExpansionFixture.Be("${perl{count}} ${perl{echo}{x}}", context));
    }

    [Fact]
    public void Perl_and_expansions_that_call_each_other_for_ever_come_to_an_end()
    {
        var context = Context();
        Assert.Contains("expansions nested too deeply (more than 100 inside one another)", ExpansionFixture.Be("${perl{again}}", context), StringComparison.Ordinal);
        Assert.Equal("1", ExpansionFixture.Be("${perl{count}}", context));
    }

    [Fact]
    public void Calls_one_by_one_share_a_process()
    {
        var context = Context();
        Assert.Equal(ExpansionFixture.Be("${perl{process}}", context), ExpansionFixture.Be("${perl{process}}", context));
    }

    /// <summary>Each of three calls waits until it sees the two others.</summary>
    [Fact]
    public void Calls_at_the_same_time_do_not_wait_for_one_another()
    {
        using var folder = new TemporaryDirectory();
        var environment = Environment();
        var met = new string[3];
        var threads = Enumerable.Range(0, met.Length)
            .Select(i => new Thread(() => met[i] = ExpansionFixture.Be($"${{perl{{meet}}{{{folder.Path}}}}}", ExpansionFixture.Context(environment)))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(3, met.Distinct().Count(id => int.TryParse(id, out _)));
    }

    [Fact]
    public void Log_write_and_warn_write_to_the_main_log()
    {
        Assert.Equal("ok", ExpansionFixture.Be("${perl{logs}{a}}", Context()));
        var lines = _log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["logged a", "careful"], lines.Select(line => line["YYYY-MM-DD HH:MM:SS ".Length..].TrimEnd()));
    }

    [Fact]
    public void What_perl_startup_dies_of_is_logged_and_what_it_had_defined_works()
    {
        Assert.Equal("here", ExpansionFixture.Be("${perl{early}}", Context("sub early { 'here' } die \"oops\\n\"; sub late { 1 }")));
        Assert.EndsWith(" perl_startup: oops", _log.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sub x {", "Failed: error in perl_startup code: Compilation error (Missing right curly or square bracket at (eval 2) line 1, at end of line\nsyntax error at (eval 2) line 1, at EOF)")]
    [InlineData("exit 5", "Failed: error in perl_startup code: the Perl process ended with status 5")]
    [InlineData("1 while 1", "Failed: error in perl_startup code: the Perl process ran longer than perl_time_limit and was killed")]
    public void A_perl_startup_that_is_wrong_fails_every_call(string startup, string error)
    {
        var context = Context(startup, TimeSpan.FromMilliseconds(500));
        Assert.Equal(error, ExpansionFixture.Be("${perl{x}}", context));
        Assert.Equal(error, ExpansionFixture.Be("${perl{x}}", context));
    }

    [Fact]
    public void Without_a_Perl_interpreter_the_error_says_what_to_install()
    {
        var environment = Environment(options: new() { Startup = "1", Program = "/nonexistent/perl" });
        Assert.Equal("Failed: there is no Perl interpreter at /nonexistent/perl: install one (Debian's package perl), or name it with perl_program",
            ExpansionFixture.Be("${perl{x}}", ExpansionFixture.Context(environment)));
    }

    [Fact]
    public void Without_perl_startup_there_is_no_Perl() =>
        Assert.Equal("Failed: A setting of perl_startup is needed when using the Perl interpreter", ExpansionFixture.Be("${perl{x}}", ExpansionFixture.Context(ExpansionFixture.Environment() with { Perl = null })));

    [Fact]
    public void What_Perl_returns_is_clean_even_when_its_argument_was_not()
    {
        var context = Context();
        context.Variables["value"] = Value.Tainted("$primary_hostname");
        Assert.StartsWith("Failed: ", ExpansionFixture.Be("${expand:$value}", context), StringComparison.Ordinal);
        Assert.Equal("mail.example.com", ExpansionFixture.Be("${expand:${perl{echo}{$value}}}", context));
    }

    [Theory]
    [InlineData(false, "0")]
    [InlineData(true, "1")]
    public void Perls_own_taint_mode_is_on_when_perl_taintmode_says_so(bool on, string seen) =>
        Assert.Equal(seen, ExpansionFixture.Be("${perl{tainting}}", ExpansionFixture.Context(Environment(options: new() { Startup = Code, TaintMode = on }))));

    [Fact]
    public void Perl_runs_in_the_spool_directory()
    {
        using var folder = new TemporaryDirectory();
        Assert.Equal(folder.Path + "\n", ExpansionFixture.Be("${perl{directory}}", ExpansionFixture.Context(Environment() with { SpoolDirectory = folder.Path })));
    }

    [Fact]
    public void A_retired_interpreter_leaves_no_process_behind()
    {
        var environment = Environment();
        var id = int.Parse(ExpansionFixture.Be("${perl{process}}", ExpansionFixture.Context(environment)));
        Assert.True(IsRunning(id));
        environment.Perl!.Dispose();
        Assert.False(IsRunning(id));
    }

    ExpansionContext Context(string startup = Code, TimeSpan? limit = null) =>
        ExpansionFixture.Context(Environment(new() { Startup = startup, TimeLimit = limit ?? PerlOptions.DefaultTimeLimit }));

    RuleEnvironment Environment(PerlOptions? options = null)
    {
        var perl = new PerlInterpreter(options ?? new() { Startup = Code });
        _started.Add(perl);
        return ExpansionFixture.Environment() with { Perl = perl, Log = new MailLog(TimeProvider.System, _ => _log, LogOptions.Default) };
    }

    static bool IsRunning(int id)
    {
        var status = $"/proc/{id}/stat";
        try { return File.Exists(status) && !File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal); }
        catch (IOException) { return false; } // it went between the two
    }
}
