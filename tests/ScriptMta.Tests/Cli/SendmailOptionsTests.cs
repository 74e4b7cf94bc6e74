using ScriptMta.Cli;

namespace ScriptMta.Tests.Cli;

public sealed class SendmailOptionsTests
{
    static Invocation Parse(string line) => SendmailOptions.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), new Invocation());

    [Fact]
    public void Cron_calls_it_so()
    {
        var i = Parse("-i -FCronDaemon -oem root");
        Assert.Equal((Mode.Submit, true, "CronDaemon", 'm'), (i.Mode, i.DotIsData, i.FullName, i.ErrorMode));
        Assert.Equal(["root"], i.Arguments);
    }

    [Fact]
    public void Mutt_calls_it_so()
    {
        var i = Parse("-oem -oi -f james@example.com -- -odd@example.com b@example.com");
        Assert.Equal("james@example.com", i.Sender);
        Assert.Equal(["-odd@example.com", "b@example.com"], i.Arguments);
    }

    [Theory]
    [InlineData("-t -i", true, true)]
    [InlineData("-ti", true, true)]
    [InlineData("-t -oi", true, true)]
    [InlineData("-t", true, false)]
    public void Php_and_sudo_call_it_so(string line, bool extract, bool dots) =>
        Assert.Equal((extract, dots), (Parse(line).ExtractRecipients, Parse(line).DotIsData));

    [Theory]
    [InlineData("-bd -q30m", nameof(Mode.Daemon), 1800)]
    [InlineData("-q30m -bd", nameof(Mode.Daemon), 1800)]
    [InlineData("-bdf -q1h", nameof(Mode.DaemonForeground), 3600)]
    public void Daemons_are_started_with_an_interval(string line, string mode, int seconds)
    {
        var i = Parse(line);
        Assert.Null(i.Error);
        Assert.Equal((mode, TimeSpan.FromSeconds(seconds)), (i.Mode.ToString(), i.QueueInterval!.Value));
    }

    [Theory]
    [InlineData("-q", "")]
    [InlineData("-qff", "ff")]
    [InlineData("-qqif", "qif")]
    public void Queue_runs_have_flags(string line, string flags)
    {
        var i = Parse(line);
        Assert.Equal((Mode.QueueRun, flags), (i.Mode, i.QueueFlags));
    }

    [Fact]
    public void R_is_a_dsn_return_or_a_selection()
    {
        Assert.Equal("hdrs", Parse("-R hdrs x@y.example").DsnReturn);
        Assert.Equal((Mode.QueueRun, "example.com"), (Parse("-R example.com").Mode, Parse("-R example.com").RecipientSelection));
        Assert.Equal("example.com", Parse("-qRexample.com").RecipientSelection);
        Assert.Equal("example.com", Parse("-qR example.com").RecipientSelection);
        Assert.Equal(("ff", "example.com"), (Parse("-Rff example.com").QueueFlags, Parse("-Rff example.com").RecipientSelection));
        Assert.Equal("foo.example", Parse("-Rfoo.example").RecipientSelection);
        Assert.Equal(("s", "^x"), (Parse("-Sr ^x").QueueFlags, Parse("-Sr ^x").SenderSelection));
        Assert.Equal("rffs", Parse("-Rrff ^x -Sr y").QueueFlags);
    }

    [Fact]
    public void Macros_configuration_and_message_actions()
    {
        var i = Parse("-C /etc/x.conf -DPORT=25 -DFLAG -Mrm 1tDqYw-00000005vi-0000");
        Assert.Equal("/etc/x.conf", i.ConfigFile);
        Assert.Equal([("PORT", "25"), ("FLAG", "")], i.Macros);
        Assert.Equal((Mode.Message, "rm"), (i.Mode, i.MessageAction));
    }

    [Theory]
    [InlineData("-Z", "unknown option -Z (try --help)")]
    [InlineData("-f", "option -f needs a value")]
    [InlineData("-bd -bp", "incompatible command-line options -bd and -bp")]
    [InlineData("-Dlower=1", "macro name set by -D must start with an upper case letter")]
    [InlineData("-q5parsecs", "invalid time value 5parsecs in -q5parsecs")]
    public void Wrong_options_are_named(string line, string error) => Assert.Equal(error, Parse(line).Error);

    [Theory]
    [InlineData("-om -m -n -U -G -x -v")]
    [InlineData("-h 10 -O Timeout=1 -L tag -X /dev/null -Ac -oB1")]
    [InlineData("-B 8BITMIME -N success,failure -V id123 -oee")]
    public void Options_that_make_no_sense_here_are_accepted(string line)
    {
        var i = Parse(line + " a@b.example");
        Assert.Null(i.Error);
        Assert.Equal((Mode.Submit, "a@b.example"), (i.Mode, Assert.Single(i.Arguments)));
    }
}
