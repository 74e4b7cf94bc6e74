using ScriptMta.Expansion;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Expansion.Programs;

/// <summary>Programs that rules start, and what such a program may not do to us.</summary>
public sealed class RunOutcomeTests
{
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData("sleep 60")]
    [InlineData("sleep 60 & echo the pipe stays open")]
    [InlineData("exec >&- 2>&-; sleep 60")]
    [InlineData("yes")]
    [InlineData("trap '' TERM INT HUP; while :; do :; done")]
    public void A_program_that_does_not_end_is_killed_with_its_group(string script)
    {
        using var folder = new TemporaryDirectory();
        var ids = Path.Combine(folder.Path, "ids");
        var outcome = Shell($"echo $$ > {ids}; {script}", Short);
        Assert.True(outcome.TimedOut);
        Assert.False(Directory.Exists($"/proc/{File.ReadAllText(ids).Trim()}"));
    }

    [Fact]
    public void A_program_begins_with_every_signal_at_its_default() => Assert.Equal(new("y\n", 0), Shell("yes | head -n 1"));

    [Fact]
    public void A_program_is_looked_for_nowhere_but_at_its_path() => Assert.Equal(new("", RunOutcome.NotStarted), Run("echo", "a"));

    [Fact]
    public void A_script_without_an_interpreter_line_is_no_program()
    {
        using var folder = new TemporaryDirectory();
        var script = Path.Combine(folder.Path, "script");
        File.WriteAllText(script, "echo a\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal(new("", RunOutcome.NotStarted), Run(script));
    }

    [Fact]
    public void Output_that_is_binary_ends_at_its_first_NUL_and_keeps_every_other_byte()
    {
        Assert.Equal("a\u00ff\u0080b", Shell("""printf 'a\377\200b\0c'""").Output);
    }

    [Fact]
    public void Of_endless_output_one_megabyte_is_kept_and_the_program_ends_in_peace() =>
        Assert.Equal((1024 * 1024, 0), (Shell("head -c 5000000 /dev/zero | tr '\\0' x").Output.Length, Shell("head -c 5000000 /dev/zero | tr '\\0' x").Status));

    [Fact]
    public void The_environment_is_what_was_kept_and_nothing_else()
    {
        var environment = ExpansionFixture.Environment() with { KeptEnvironment = new Dictionary<string, string> { ["A"] = "one two", ["B"] = "caf\u00e9" } };
        Assert.Equal("A=one two\nB=caf\u00c3\u00a9\n", RunOutcome.Of(["/usr/bin/env"], environment, RunOutcome.Limit).Output);
    }

    [Fact]
    public void It_runs_in_the_spool_directory()
    {
        using var folder = new TemporaryDirectory();
        Assert.Equal(folder.Path + "\n", RunOutcome.Of(["/bin/pwd"], ExpansionFixture.Environment() with { SpoolDirectory = folder.Path }, RunOutcome.Limit).Output);
    }

    [Theory]
    [InlineData("${run{$value a}}")]
    [InlineData("${run{\"$value\" a}}")]
    [InlineData("${run,preexpand{$value a}}")]
    public void A_program_that_a_stranger_chose_is_not_started(string template) =>
        Assert.Equal("Failed: couldn't create child process: Operation not permitted (Attempt to exec tainted path: '/bin/echo')", Tainted(template));

    [Theory]
    [InlineData("${run{/bin/printf %s $value}}", "/bin/echo")]
    [InlineData("${run,preexpand{/bin/printf %s $value}}", "Failed: couldn't create child process: Operation not permitted (Attempt to exec tainted path: '/bin/printf')")]
    [InlineData("${expand:${run{/bin/printf %s $value}}}", "/bin/echo")]
    public void Arguments_may_be_tainted_unless_they_were_expanded_before_they_were_told_apart(string template, string result) => Assert.Equal(result, Tainted(template));

    static string Tainted(string template)
    {
        var context = ExpansionFixture.Context();
        context.Variables["value"] = Value.Tainted("/bin/echo");
        return ExpansionFixture.Be(template, context);
    }

    static RunOutcome Shell(string script, TimeSpan? limit = null) => RunOutcome.Of(["/bin/sh", "-c", script], ExpansionFixture.Environment(), limit ?? RunOutcome.Limit);

    static RunOutcome Run(params string[] words) => RunOutcome.Of(words, ExpansionFixture.Environment(), RunOutcome.Limit);
}
