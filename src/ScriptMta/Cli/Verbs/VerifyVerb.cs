using System.CommandLine;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Hosting;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Cli;

/// <summary>verify: what the rules will do with an address, rule by rule; delivers nothing. Status 0 deliverable, 1 deferred, 2 not.</summary>
static class VerifyVerb
{
    public static Command Build()
    {
        var shared = new SharedOptions();
        var addresses = new Argument<string[]>("address") { Description = "The recipient addresses", Arity = ArgumentArity.OneOrMore };
        var from = new Option<string?>("--from", "-f") { Description = "The envelope sender that the rules see" };
        var message = new Option<string?>("--message", "-m") { Description = "A message file whose headers and body the rules see" };
        var headers = new Option<string[]>("--header") { Description = "A header field that the rules see, as 'Subject: text'", DefaultValueFactory = static _ => [] };
        var quiet = new Option<bool>("--quiet") { Description = "Only the exit status" };
        var command = new Command("verify", "Explain what the rules do with an address. Example: scriptmta verify support@example.com --message problem.eml") { addresses, from, message, headers, quiet };
        shared.AddTo(command, json: true);
        command.SetAction(result =>
        {
            var configuration = Site.Load(shared.Site(result), asExim: false);
            var facts = new MessageFile(result.GetValue(message), result.GetValue(headers) ?? [], result.GetValue(from));
            var style = result.GetValue(quiet) ? Style.Quiet : result.GetValue(shared.Json) ? Style.Json : Style.Human;
            return Run(configuration, result.GetValue(addresses) ?? [], facts, style);
        });
        return command;
    }

    enum Style { Human, Json, Quiet }

    static int Run(LoadedConfiguration configuration, string[] addresses, MessageFile message, Style style)
    {
        var worst = 0;
        var json = new JsonArray();
        foreach (var text in addresses.Select(Latin1.FromUnicode))
        {
            var explained = Explain(configuration, text, message);
            worst = Math.Max(worst, explained.Status);
            if (style == Style.Human) explained.Print();
            else if (style == Style.Json) json.Add((JsonNode)explained.ToJson());
        }
        if (style == Style.Json) Terminal.Out(JsonOutput.Print(json) + "\n");
        return worst;
    }

    static ExplainedAddress Explain(LoadedConfiguration configuration, string text, MessageFile message)
    {
        if (!AddressParser.TryParseOne(text, configuration.Settings.AddressRules, out var parsed, out var error))
            return new ExplainedAddress(text, [], null, error);
        var address = parsed.Address;
        if (!address.IsQualified) address = address with { Domain = configuration.Environment.QualifyRecipient };
        var context = configuration.NewContext(dryRun: true);
        context.Trace = new TraceRecorder();
        message.Fill(context);
        context.Message.Recipients.Add(address);
        var result = configuration.Router.RouteAsync([new RoutedAddress { Address = address }], context, RoutingPurpose.AddressTest,
            new HashSet<string>(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return new ExplainedAddress(address.ToString(), context.Trace.Steps, result, null);
    }
}
