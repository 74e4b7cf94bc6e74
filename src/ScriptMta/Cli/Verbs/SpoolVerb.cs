using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Spool;

namespace ScriptMta.Cli;

/// <summary>spool: looks at the store itself, beside a daemon or without one. Nothing is changed there.</summary>
static class SpoolVerb
{
    public static Command Build()
    {
        var command = new Command("spool", "Look at the spool on disk: accounts, checksums, copies of messages. Example: scriptmta spool verify");
        command.Subcommands.Add(BuildInfo());
        command.Subcommands.Add(BuildVerify());
        command.Subcommands.Add(BuildExport());
        return command;
    }

    static Command BuildInfo()
    {
        var shared = new SharedOptions();
        var command = new Command("info", "Count what is queued, what became of the rest, and the space that it takes");
        shared.AddTo(command, json: true);
        command.SetAction(result => Guarded(() =>
        {
            using var snapshot = SpoolSnapshot.Open(OptionsOf(shared.Site(result)), new PosixSpoolFiles());
            var (totals, queued) = snapshot.Account;
            var facts = new JsonObject { ["segments"] = (long)snapshot.Segments.Count, ["bytes"] = snapshot.Segments.Sum(static s => s.Length), ["used"] = snapshot.Segments.Sum(static s => s.End) };
            foreach (var (name, count) in Counts(totals, queued)) facts[name] = count;
            if (result.GetValue(shared.Json)) Terminal.Out(JsonOutput.Print(facts) + "\n");
            else foreach (var (name, value) in facts) Terminal.Out($"{name,-10} {value!.GetValue<long>(),14:N0}\n");
            return ExitCode.Ok;
        }));
        return command;
    }

    static Command BuildVerify()
    {
        var shared = new SharedOptions();
        var command = new Command("verify", "Check every checksum and the accounts. Status 0 sound, 1 something is wrong (file:offset says where), 75 it cannot be read");
        shared.AddTo(command, json: true);
        command.SetAction(result => Guarded(() =>
        {
            var report = new SpoolCheck(OptionsOf(shared.Site(result)), new PosixSpoolFiles()).Run(CancellationToken.None);
            Terminal.Out(result.GetValue(shared.Json) ? JsonOutput.Print(Json(report)) + "\n" : Text(report));
            return report.IsSound ? ExitCode.Ok : ExitCode.Failure;
        }));
        return command;
    }

    static Command BuildExport()
    {
        var shared = new SharedOptions();
        var folder = new Argument<string>("folder") { Description = "Where to; made when missing. No file there is overwritten" };
        var ids = new Argument<string[]>("id") { Description = "Message ids; none: all", Arity = ArgumentArity.ZeroOrMore };
        var batch = new Option<bool>("--batch") { Description = "Also write batch.bsmtp, which \"scriptmta -bS < batch.bsmtp\" submits again (to the recipients that are left)" };
        var command = new Command("export", "Copy messages to ID.eml, with envelope and state in ID.json. Example: scriptmta spool export /root/saved") { folder, ids, batch };
        shared.AddTo(command, json: false);
        command.SetAction(result => Guarded(() => SpoolExport.Run(OptionsOf(shared.Site(result)), result.GetValue(folder)!, result.GetValue(ids) ?? [], result.GetValue(batch))));
        return command;
    }

    static SpoolOptions OptionsOf(SiteRequest site) =>
        new() { Directory = Path.Combine(ConfigurationLoader.SpoolDirectoryOf(site) ?? Site.Load(site, asExim: false).Settings.SpoolDirectory, "journal") };

    static int Guarded(Func<int> run)
    {
        try { return run(); }
        catch (SpoolException error) { throw new CommandException(ExitCode.TempFail, error.Message); }
    }

    static IEnumerable<(string Name, long Count)> Counts(SpoolTotals totals, int queued) =>
        [("accepted", totals.Accepted), ("delivered", totals.Delivered), ("bounced", totals.Bounced), ("removed", totals.Removed), ("lost", totals.Lost), ("queued", queued)];

    static string Text(SpoolReport report)
    {
        var text = new System.Text.StringBuilder();
        foreach (var finding in report.Findings) text.Append(Terminal.Red(finding.ToString())).Append('\n');
        foreach (var note in report.Notes) text.Append(note).Append('\n');
        var totals = report.Totals;
        text.Append(CultureInfo.InvariantCulture, $"accepted {totals.Accepted} {(report.IsBalanced ? "=" : "is not")} delivered {totals.Delivered} + bounced {totals.Bounced} + removed {totals.Removed} + queued {report.Queued}{(totals.Lost == 0 ? "" : $" + lost to damage {totals.Lost}")}\n");
        text.Append(CultureInfo.InvariantCulture, $"{report.Segments} segments, {report.Records} records, {report.BodyFiles} body files, {report.Bytes} bytes read: {(report.IsSound ? "sound" : $"{report.Findings.Count} findings")}\n");
        return text.ToString();
    }

    static JsonObject Json(SpoolReport report)
    {
        var json = new JsonObject { ["sound"] = report.IsSound, ["balanced"] = report.IsBalanced };
        foreach (var (name, count) in Counts(report.Totals, report.Queued)) json[name] = count;
        (json["segments"], json["records"], json["bodyFiles"], json["bytes"]) = (report.Segments, report.Records, report.BodyFiles, report.Bytes);
        json["findings"] = new JsonArray([.. report.Findings.Select(static f => new JsonObject { ["file"] = f.File, ["offset"] = f.Offset, ["text"] = JsonOutput.Text(f.Text), ["id"] = f.Id?.Text })]);
        json["notes"] = new JsonArray([.. report.Notes.Select(static n => JsonOutput.Text(n))]);
        return json;
    }
}
