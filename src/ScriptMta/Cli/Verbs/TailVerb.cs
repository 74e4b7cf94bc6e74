using System.CommandLine;
using ScriptMta.Admin;

namespace ScriptMta.Cli;

/// <summary>tail: what is said to other servers for a message, as it is said.</summary>
static class TailVerb
{
    public static Command Build()
    {
        var shared = new SharedOptions();
        var id = new Argument<string>("id") { Description = "The message" };
        var retry = new Option<bool>("--retry") { Description = "Try it now, due or not" };
        var command = new Command("tail", "Watch the SMTP conversations of a message until it has left the queue; secrets are not shown. Example: scriptmta tail 1tDqYw-000000005vi-0000 --retry") { id, retry };
        shared.AddTo(command, json: false);
        command.SetAction(result => OwnerCall.Run(shared.Site(result), asExim: false,
            new AdminRequest("tail", [Common.Latin1.FromUnicode(result.GetValue(id)!)], result.GetValue(retry) ? new Dictionary<string, string> { ["retry"] = "" } : []), payload: null));
        return command;
    }
}
