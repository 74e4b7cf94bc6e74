using System.CommandLine;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Reception;

namespace ScriptMta.Cli;

/// <summary>session: plays an SMTP dialogue against the rules as if from a host; keeps and delivers nothing. Status 1 when a reply is not the expected one.</summary>
static class SessionVerb
{
    public static Command Build()
    {
        var shared = new SharedOptions();
        var file = new Argument<string>("dialogue") { Description = "The lines of the client, as typed; or c: lines (sent) and s: lines (the replies expected, * for anything)" };
        var host = new Option<string>("--from-host") { Description = "The address that the client comes from, perhaps with a port, as 192.0.2.1.1234", Required = true };
        var callouts = new Option<bool>("--callouts") { Description = "Make the callouts that rules ask for" };
        var quiet = new Option<bool>("--quiet") { Description = "Without the trace of what the rules saw" };
        var command = new Command("session", "Play an SMTP session against the rules. Example: scriptmta session --from-host 192.0.2.1 dialogue.smtp") { file, host, callouts, quiet };
        shared.AddTo(command, json: true);
        command.SetAction(result =>
        {
            var configuration = Site.Load(shared.Site(result), asExim: false);
            var dialogue = new PlayedDialogue(Trial.Read(Latin1.FromUnicode(result.GetValue(file)!)));
            MailSystem.PeekAtHints(configuration, dialogue.Note);
            Play(configuration, dialogue, HostCheckCommand.TrialOf(Latin1.FromUnicode(result.GetValue(host)!), Nothing, result.GetValue(callouts), dialogue.Note));
            if (result.GetValue(shared.Json)) Terminal.Out(JsonOutput.Print(Json(dialogue)) + "\n");
            else foreach (var exchange in dialogue.Exchanges) Print(exchange, traces: !result.GetValue(quiet));
            return dialogue.Exchanges.Any(static e => e.IsWrong) ? ExitCode.Failure : ExitCode.Ok;
        });
        return command;
    }

    static readonly Dictionary<string, string> Nothing = [];

    static void Play(LoadedConfiguration configuration, PlayedDialogue dialogue, SessionTrial trial) =>
        TrialSession.RunAsync(configuration.Reception, trial, dialogue, dialogue, CancellationToken.None).GetAwaiter().GetResult();

    static void Print(Exchange exchange, bool traces)
    {
        if (exchange.Sent is { } sent) Terminal.Out(Terminal.Bold("c: " + sent) + "\n");
        if (traces) foreach (var line in exchange.Seen) Terminal.Out(Terminal.Dim("   " + line) + "\n");
        foreach (var line in exchange.Logged) Terminal.Out($"   LOG: {line}\n");
        foreach (var line in exchange.Replies) Terminal.Out($"s: {line}\n");
        if (!exchange.IsWrong) return;
        foreach (var line in exchange.Expected) Terminal.Out(Terminal.Red("   expected: " + line) + "\n");
    }

    static JsonObject Json(PlayedDialogue dialogue) => new()
    {
        ["asExpected"] = !dialogue.Exchanges.Any(static e => e.IsWrong),
        ["exchanges"] = new JsonArray([.. dialogue.Exchanges.Select(static e => new JsonObject
        {
            ["sent"] = JsonOutput.Text(e.Sent), ["replies"] = Texts(e.Replies), ["expected"] = Texts(e.Expected), ["asExpected"] = !e.IsWrong, ["log"] = Texts(e.Logged), ["trace"] = Texts(e.Seen),
        })]),
    };

    static JsonArray Texts(List<string> lines) => new([.. lines.Select(JsonOutput.Text)]);
}
