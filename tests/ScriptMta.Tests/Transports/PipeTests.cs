using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>Outcomes and texts as Exim 4.96 gave them for the same commands.</summary>
public sealed class PipeTests
{
    [Theory]
    [InlineData("/bin/true", "delivered")]
    [InlineData("/bin/false", "failed: Child process of t transport returned 1 from command: /bin/false")]
    [InlineData("/bin/echo hello out", "failed: return message generated")]
    [InlineData("/bin/nonexist", "failed: Child process of t transport returned 127 (could mean unable to exec or command does not exist) from command: /bin/nonexist")]
    [InlineData("nonexist", "failed: \"nonexist\" command not found for t transport")]
    [InlineData("/bin/sh -c 'exit 75'", "deferred (0) local: Child process of t transport returned 75 (could mean temporary error) from command: /bin/sh")]
    [InlineData("/bin/sh -c 'kill -9 \\$\\$'", "failed: Child process of t transport (running command \"/bin/sh -c \"kill -9 $$\"\") was terminated by signal 9 (Killed)")]
    [InlineData("$local_part", "failed: Tainted arg 0 for t transport command: 'u' (use $local_part_data instead of $local_part)")]
    [InlineData("/bin/echo x $local_part", "failed: Tainted arg 2 for t transport command: 'u' (use $local_part_data instead of $local_part)")]
    [InlineData("/bin/true $local_part_data", "delivered")]
    [InlineData("/bin/echo ${if", "deferred (0) local: Expansion of \"${if\" from command \"/bin/echo ${if\" in t transport failed: condition name expected, but found \"\"")]
    public async Task The_way_a_command_ends_decides(string command, string said)
    {
        await using var bench = new TransportBench($"driver = pipe\ncommand = {command}\nreturn_output\n");
        Assert.Equal(said, await bench.OneAsync("u@pipe.test"));
    }

    [Fact]
    public async Task No_delivery_runs_as_one_of_never_users()
    {
        await using var bench = new TransportBench("driver = pipe\ncommand = /bin/true\nuser = 4711\ngroup = 4711\n");
        bench.Environment = bench.Environment with { NeverUsers = new HashSet<uint> { 4711 } };
        Assert.Equal("deferred (-1) local: User 4711 set for t transport is on the never_users list", await bench.OneAsync("u@pipe.test"));
    }

    [Fact]
    public async Task The_message_comes_on_standard_input()
    {
        await using var bench = new TransportBench("driver = pipe\ncommand = \"/bin/sh -c 'cat > DIR/out'\"\n") { Headers = new([HeaderField.Create("Subject", "s")]) };
        Assert.Equal("delivered", await bench.OneAsync("u@pipe.test"));
        Assert.Equal("From s@mbox.test Sat Nov 21 06:04:18 2026\nSubject: s\n\nbody\nFrom here\n>From there\n.dot\nlast no newline\n\n", bench.Read("out"));
    }

    [Fact]
    public async Task The_environment_is_Exims_and_nothing_else()
    {
        await using var bench = new TransportBench("driver = pipe\ncommand = /usr/bin/env\nreturn_output\nenvironment = EXTRA=1:TWO=b c\n");
        var failed = Assert.IsType<DeliveryOutcome.Failed>((await bench.DeliverAsync("u@pipe.test"))[0]);
        Assert.Equal(["DOMAIN=pipe.test", "EXTRA=1", "HOME=", "LOCAL_PART=u", "LOCAL_PART_PREFIX=", "LOCAL_PART_SUFFIX=", "LOGNAME=u", "MESSAGE_ID=1xUeCw-0000000543a-0r00",
            "PATH=/bin:/usr/bin", "QUALIFY_DOMAIN=test.org", "RECIPIENT=u@pipe.test", "SENDER=s@mbox.test", "SHELL=/bin/sh", "TWO=b c", "USER=u"],
            failed.Output!.TrimEnd().Split('\n').Where(l => !l.StartsWith("PWD=", StringComparison.Ordinal) && !l.StartsWith("_=", StringComparison.Ordinal) && !l.StartsWith("OLDPWD", StringComparison.Ordinal) && !l.StartsWith("SHLVL", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_command_from_an_alias_runs_with_its_own_words_and_is_no_shell_text()
    {
        await using var bench = new TransportBench("driver = pipe\n");
        var target = $"/usr/bin/touch \"{bench.Directory}/a b\" {bench.Directory}/x;y $local_part";
        var plan = TransportBench.Plan(new RoutedAddress { Address = new("u", "pipe.test"), Kind = TargetKind.Pipe, Target = target, Parent = TransportBench.Address("u@pipe.test") }, home: bench.Directory);
        Assert.Equal("delivered", await bench.OneAsync(plan));
        Assert.Equal(["$local_part", "a b", "x;y"], Directory.GetFiles(bench.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_command_from_a_filter_is_expanded_after_it_was_split()
    {
        await using var bench = new TransportBench("driver = pipe\n");
        var target = $"/usr/bin/touch {bench.Directory}/$1 \"{bench.Directory}/${{uc:a b}}\"";
        Value?[] captures = [null, Value.Clean("x y"), null, null, null, null, null, null, null, null];
        var plan = TransportBench.Plan(new RoutedAddress
        {
            Address = new("u", "pipe.test"), Kind = TargetKind.Pipe, Target = target, FilterPipe = new(target, [.. captures], Value.Empty), Parent = TransportBench.Address("u@pipe.test"),
        }, home: bench.Directory);
        Assert.Equal("delivered", await bench.OneAsync(plan));
        Assert.Equal(["A B", "x y"], Directory.GetFiles(bench.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_recipient_of_a_batch_is_an_argument()
    {
        await using var bench = new TransportBench("driver = pipe\ncommand = /bin/echo $pipe_addresses \"${lc:A B}\"\nbatch_max = 10\nreturn_output\n");
        Assert.Equal(10, bench.Options.BatchMax);
        var outcomes = await bench.DeliverAsync("a@pipe.test", "b c@pipe.test");
        Assert.Equal("a@pipe.test b c@pipe.test a b\n", Assert.IsType<DeliveryOutcome.Failed>(outcomes[1]).Output);
    }

    [Fact]
    public async Task A_command_over_its_time_is_killed_with_its_children()
    {
        await using var bench = new TransportBench("driver = pipe\ncommand = \"/bin/sh -c 'sleep 60 & echo \\\\$! > DIR/child; wait'\"\ntimeout = 1s\n");
        Assert.Equal("failed: pipe delivery process timed out", await bench.OneAsync("u@pipe.test"));
        var child = bench.Read("child").Trim();
        for (var i = 0; i < 50 && File.Exists($"/proc/{child}/status") && !File.ReadAllText($"/proc/{child}/status").Contains("State:\tZ"); i++) await Task.Delay(20);
        Assert.True(!File.Exists($"/proc/{child}/status") || File.ReadAllText($"/proc/{child}/status").Contains("State:\tZ"));
    }

    [Fact]
    public async Task A_command_that_never_stops_writing_is_killed()
    {
        await using var bench = new TransportBench("driver = pipe\ncommand = /usr/bin/yes\nmax_output = 1K\n");
        Assert.StartsWith("failed: Too much output from the t transport command", await bench.OneAsync("u@pipe.test"));
    }

    [Fact]
    public async Task A_command_that_does_not_read_is_judged_by_its_status()
    {
        await using var bench = new TransportBench("driver = pipe\ncommand = /bin/true\n") { BodyBytes = new byte[1_000_000] };
        Assert.Equal("delivered", await bench.OneAsync("u@pipe.test"));
    }

    [Theory]
    [InlineData("restrict_to_path", "/bin/true", "failed: \"/\" found in \"/bin/true\" (command for t transport) - failed for security reasons")]
    [InlineData("restrict_to_path", "true", "delivered")]
    [InlineData("allow_commands = /bin/true", "/bin/true", "delivered")]
    [InlineData("allow_commands = /bin/true", "/bin/echo", "failed: \"/bin/echo\" command not permitted by t transport")]
    [InlineData("use_shell", "test -n x && true; exit 0", "delivered")]
    [InlineData("ignore_status", "/bin/false", "delivered")]
    [InlineData("temp_errors = *", "/bin/false", "deferred (0) local: Child process of t transport returned 1 from command: /bin/false")]
    [InlineData("temp_errors = 1:2", "/bin/false", "deferred (0) local: Child process of t transport returned 1 from command: /bin/false")]
    public async Task Options_restrict_commands_and_read_statuses(string option, string command, string said)
    {
        await using var bench = new TransportBench($"driver = pipe\ncommand = {command}\n{option}\n");
        Assert.Empty(bench.Problems);
        Assert.Equal(said, await bench.OneAsync("u@pipe.test"));
    }

    [Fact]
    public async Task Root_runs_commands_as_the_user_and_others_as_themselves()
    {
        var own = ScriptMta.Common.Posix.Users.geteuid();
        await using var bench = new TransportBench("driver = pipe\ncommand = /usr/bin/id -u\nreturn_output\n");
        var plan = TransportBench.Plan(TransportBench.Address("u@pipe.test")) with { User = new DeliveryUser(12345, 23456, null, false) };
        Assert.Equal(own == 0 ? "12345" : own.ToString(System.Globalization.CultureInfo.InvariantCulture), Assert.IsType<DeliveryOutcome.Failed>((await bench.DeliverAsync(plan))[0]).Output!.Trim());
    }

    [Fact]
    public async Task Output_is_logged_when_asked_for()
    {
        await using var bench = new TransportBench("driver = pipe\ncommand = /bin/echo one two\nlog_output\n");
        Assert.Equal("delivered", await bench.OneAsync("u@pipe.test"));
        Assert.Contains("<u@pipe.test>: t transport output: one two", bench.Log);
    }
}
