using System.CommandLine;
using ScriptMta.Admin;
using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>queue suspend, resume and suspended.</summary>
static class SuspensionVerbs
{
    public static IEnumerable<Command> Build()
    {
        var reason = new Option<string>("--reason") { Description = "Why; it is shown with the messages that wait", Required = true };
        yield return One("suspend", "Let nothing go to destinations, until they are resumed. Example: scriptmta queue suspend example.com --reason \"moving house\"", ArgumentArity.OneOrMore, reason);
        yield return One("resume", "Let mail go to destinations again", ArgumentArity.OneOrMore, null);
        yield return One("suspended", "List what is suspended, since when, by whom and why", ArgumentArity.Zero, null);
    }

    static Command One(string name, string help, ArgumentArity arity, Option<string>? reason)
    {
        var shared = new SharedOptions();
        var destinations = new Argument<string[]>("destination") { Description = "A domain or the name of a host, with * and ?", Arity = arity };
        var command = new Command(name, help);
        if (arity.MaximumNumberOfValues > 0) command.Arguments.Add(destinations);
        if (reason is not null) command.Options.Add(reason);
        shared.AddTo(command, json: false);
        command.SetAction(result =>
        {
            string[] given = arity.MaximumNumberOfValues > 0 ? result.GetValue(destinations) ?? [] : [];
            var options = new Dictionary<string, string>(StringComparer.Ordinal);
            if (reason is not null) options["reason"] = Latin1.FromUnicode(result.GetValue(reason) ?? "");
            return OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest(name, [.. given.Select(Latin1.FromUnicode)], options), payload: null);
        });
        return command;
    }
}
