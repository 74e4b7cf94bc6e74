using System.CommandLine;
using ScriptMta.Admin;

namespace ScriptMta.Cli;

/// <summary>tls-report: what has been counted of TLS with other servers, and sending the reports now (RFC 8460).</summary>
static class TlsReportVerb
{
    public static Command Build()
    {
        var command = new Command("tls-report", "See results of TLS with other servers, or send the reports about them now. Example: scriptmta tls-report show");
        command.Subcommands.Add(One("show", "Show what has been counted and not been reported yet"));
        command.Subcommands.Add(One("send", "Send all reports now, today's too, to those who asked for them"));
        return command;
    }

    static Command One(string name, string help)
    {
        var shared = new SharedOptions();
        var command = new Command(name, help);
        shared.AddTo(command, json: false);
        command.SetAction(result => OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest("tls-report", [name], new Dictionary<string, string>()), payload: null));
        return command;
    }
}
