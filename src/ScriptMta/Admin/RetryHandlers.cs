using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>retry-list, retry-show and retry-clear: the hints of retry times, in exinext's words or as JSON.</summary>
sealed class RetryHandlers(AdminServices services)
{
    public IEnumerable<AdminCommand> Commands() =>
    [
        new("retry-list", true, ListAsync),
        new("retry-show", true, ShowAsync),
        new("retry-clear", true, ClearAsync),
    ];

    RetryDesk Desk => services.Queue.Retries;

    async ValueTask<int> ListAsync(AdminCall call, CancellationToken cancel)
    {
        var entries = Desk.List(call.Request.Arguments);
        await call.Output.OutAsync(IsJson(call) ? Json(entries) : entries.Count == 0 ? "No retry data\n" : Text(entries), cancel);
        return ExitCode.Ok;
    }

    async ValueTask<int> ShowAsync(AdminCall call, CancellationToken cancel)
    {
        var shown = new List<RetryEntry>();
        foreach (var subject in call.Request.Arguments)
        {
            var (entries, hasHosts) = await Desk.AboutAsync(subject, cancel);
            shown.AddRange(entries);
            if (IsJson(call)) continue;
            if (hasHosts == false && subject.AsSpan().IndexOfAny("@.") >= 0) await call.Output.OutAsync($"No remote hosts found for {subject}\n", cancel);
            await call.Output.OutAsync(entries.Count == 0 ? $"No retry data found for {subject}\n" : Text(entries), cancel);
        }
        if (IsJson(call)) await call.Output.OutAsync(Json([.. shown.DistinctBy(e => e.Key)]), cancel);
        return ExitCode.Ok;
    }

    async ValueTask<int> ClearAsync(AdminCall call, CancellationToken cancel)
    {
        if (call.Request.Arguments.Count == 0 && !call.Request.Has("all"))
        {
            await call.Output.ErrorAsync("scriptmta: name a host, an address, a domain or a pattern, or say --all\n", cancel);
            return ExitCode.Usage;
        }
        var dryRun = call.Request.Has("dry-run");
        var cleared = await Desk.ClearAsync(call.Request.Has("all") ? [] : call.Request.Arguments, dryRun, cancel);
        if (IsJson(call))
        {
            var json = new JsonObject { ["dry_run"] = dryRun, ["messages"] = cleared.Messages, ["cleared"] = new JsonArray([.. cleared.Cleared.Select(Json)]) };
            await call.Output.OutAsync(Latin1.FromUnicode(json.ToJsonString(Readable)) + "\n", cancel);
            return ExitCode.Ok;
        }
        foreach (var entry in cleared.Cleared) await call.Output.OutAsync($"{(dryRun ? "would clear" : "cleared")} {entry.Key}\n", cancel);
        await call.Output.OutAsync($"{Count(cleared.Cleared.Count, "retry time")} {(dryRun ? "would be " : "")}cleared; {Count(cleared.Messages, "waiting message")} to be tried {(dryRun ? "then" : "now")}\n", cancel);
        if (!dryRun) services.Log.Main(null, $"{Count(cleared.Cleared.Count, "retry time")} cleared by {Common.Posix.Users.ByUid(call.Caller.Uid)?.Name ?? call.Caller.Uid.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
        return ExitCode.Ok;
    }

    static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    static bool IsJson(AdminCall call) => call.Request.Option("format") == "json";

    string Text(IReadOnlyList<RetryEntry> entries)
    {
        var text = new StringBuilder();
        foreach (var entry in entries) entry.Append(text, services.Clock);
        return text.ToString();
    }

    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static string Json(IReadOnlyList<RetryEntry> entries) => Latin1.FromUnicode(new JsonArray([.. entries.Select(Json)]).ToJsonString(Readable)) + "\n";

    static JsonObject Json(RetryEntry entry) => new()
    {
        ["key"] = Latin1.ToUnicode(entry.Key), ["kind"] = entry.IsRouting ? "route" : "transport", ["what"] = Latin1.ToUnicode(entry.What), ["domain"] = Latin1.ToUnicode(entry.Record.Failure.Domain),
        ["error"] = entry.Record.Failure.Error, ["errno"] = entry.Record.Failure.Errno, ["text"] = Latin1.ToUnicode(entry.Record.Failure.Text),
        ["first_failed"] = entry.Record.FirstFailed.ToString("O"), ["last_tried"] = entry.Record.LastTried.ToString("O"), ["next_try"] = entry.Record.NextTry.ToString("O"), ["past_final_cutoff"] = entry.Record.Expired,
    };
}
