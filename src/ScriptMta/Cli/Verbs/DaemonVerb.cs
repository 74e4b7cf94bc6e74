using System.CommandLine;

namespace ScriptMta.Cli;

static class DaemonVerb
{
    public static Command Build()
    {
        var shared = new SharedOptions();
        var background = new Option<bool>("--background") { Description = "Detach from the terminal once the daemon listens" };
        var interval = new Option<string?>("--queue-interval", "-q") { Description = "How often to run the queue, as 30m (default 30m)" };
        var secured = new Option<bool>("--tls-on-connect") { Description = "Begin every connection with TLS, whatever tls_on_connect_ports says" };
        var command = new Command("daemon", "Run the mail server. Example: scriptmta daemon --config /etc/scriptmta/scriptmta.conf") { background, interval, secured };
        shared.AddTo(command, json: false);
        command.SetAction(result =>
        {
            var invocation = new Invocation { TlsOnConnect = result.GetValue(secured) };
            if (result.GetValue(interval) is { } text) SendmailOptions.Parse(["-q" + text], invocation);
            if (invocation.Error is { } error) throw new CommandException(Common.ExitCode.Usage, error);
            return result.GetValue(background)
                ? DaemonCommand.Background(shared.Site(result), invocation)
                : DaemonCommand.Foreground(shared.Site(result), invocation, asExim: false);
        });
        return command;
    }
}
