using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>undo: without a number, what can be taken back; with one, takes it back.</summary>
sealed class UndoHandler(AdminServices services, UndoJournal journal)
{
    const int AtOnce = 256;

    public async ValueTask<int> RunAsync(AdminCall call, CancellationToken cancel)
    {
        if (call.Request.Arguments is not [var text]) return await ListAsync(call, cancel);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || journal.Find(number) is not { } deed || QueueVerbs.Find((string?)deed["verb"] ?? "")?.Back is not { } back)
        {
            await call.Output.ErrorAsync($"scriptmta: there is no deed {text} to take back; \"scriptmta queue undo\" lists them\n", cancel);
            return ExitCode.Usage;
        }
        var outcome = new VerbOutcome(new("undo", "as before", static (AdminRequest _, DateTimeOffset _, out string wrong) => { wrong = ""; return null; }), deed["messages"]!.AsArray().Count, call.Request.Has("dry-run"));
        if (!outcome.IsDryRun) await UndoAsync(call, deed, back, outcome, cancel);
        if (!outcome.IsDryRun && outcome.Failed.IsEmpty) journal.Forget(number);
        await call.Output.OutAsync(call.Request.Has("json") ? outcome.Json() : outcome.Text(), cancel);
        foreach (var (id, why) in call.Request.Has("json") ? [] : outcome.Failed.Take(20)) await call.Output.ErrorAsync($"scriptmta: message {id} {why}\n", cancel);
        return outcome.Failed.IsEmpty ? ExitCode.Ok : ExitCode.Failure;
    }

    async ValueTask UndoAsync(AdminCall call, JsonObject deed, Func<MailQueue, MessageId, JsonObject, string, CancellationToken, ValueTask<EditAnswer>> back, VerbOutcome outcome, CancellationToken cancel)
    {
        var by = MessageHandlers.NameOf(call.Caller);
        var messages = deed["messages"]!.AsArray().Select(static m => m!.AsObject()).ToList();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        var work = Parallel.ForEachAsync(messages, parallel, async (was, token) =>
        {
            if (MessageId.TryParse((string?)was["id"] ?? "", out var id)) outcome.Take(id, await back(services.Queue, id, was, by, token));
        });
        await WorkProgress.ShowAsync(work, () => $"undo: {outcome.Done + outcome.Failed.Count} of {messages.Count}", call.Output, cancel);
    }

    async ValueTask<int> ListAsync(AdminCall call, CancellationToken cancel)
    {
        foreach (var (number, deed) in journal.All())
            await call.Output.OutAsync(call.Request.Has("json") ? Latin1.FromUnicode(Json(number, deed).ToJsonString(JsonListing.OneLine)) + "\n" : Line(number, deed), cancel);
        return ExitCode.Ok;
    }

    static JsonObject Json(int number, JsonObject deed) => new()
    {
        ["number"] = number, ["verb"] = (string?)deed["verb"], ["filter"] = (string?)deed["filter"], ["by"] = (string?)deed["by"], ["at"] = (string?)deed["at"], ["messages"] = deed["messages"]!.AsArray().Count,
    };

    static string Line(int number, JsonObject deed)
    {
        var at = DateTimeOffset.Parse((string)deed["at"]!, CultureInfo.InvariantCulture).ToLocalTime();
        return Latin1.FromUnicode($"{number,6}  {at:yyyy-MM-dd HH:mm:ss}  {(string?)deed["by"],-10} {(string?)deed["verb"],-8} {deed["messages"]!.AsArray().Count,7} messages  {(string?)deed["filter"]}\n");
    }
}
