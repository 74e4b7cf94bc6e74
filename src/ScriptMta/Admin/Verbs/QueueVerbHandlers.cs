using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>What <c>scriptmta queue VERB FILTER</c> does: one request, all messages that the filter means, one line of counts, a number for undo.</summary>
sealed class QueueVerbHandlers(AdminServices services)
{
    /// <summary>Edits at once: their records share a flush of the disk, so that 20,000 take seconds and not minutes.</summary>
    const int AtOnce = 256;

    /// <summary>Deliveries asked for at once; the queue bounds what really runs.</summary>
    const int DeliveriesAtOnce = 32;

    /// <summary>Of a message that could not be changed, as many are named.</summary>
    const int MostNamed = 20;

    readonly QueueSelection _selection = new(services);
    readonly UndoJournal _undo = new(services.Directory, services.Clock);

    public IEnumerable<AdminCommand> Commands() => [new("queue", true, RunAsync), new("undo", true, new UndoHandler(services, _undo).RunAsync)];

    async ValueTask<int> RunAsync(AdminCall call, CancellationToken cancel)
    {
        if (QueueVerbs.Find(call.Request.Option("verb") ?? "") is not { } verb) return await RefuseAsync(call, $"queue: there is no verb \"{call.Request.Option("verb")}\"", cancel);
        if (await QueueSelection.FilterOfAsync(call, cancel) is not { } filter) return ExitCode.Usage;
        if (verb.Prepare(call.Request, services.Clock.GetUtcNow(), out var wrong) is not { } act) return await RefuseAsync(call, wrong, cancel);
        var found = await _selection.FindAsync(filter, QueueSelection.LimitOf(call.Request), call.Output, cancel);
        var outcome = new VerbOutcome(verb, found.Count, call.Request.Has("dry-run"));
        if (!outcome.IsDryRun && found.Count > 0) await ActAsync(call, verb, act, found, outcome, cancel);
        await call.Output.OutAsync(call.Request.Has("json") ? outcome.Json() : outcome.Text(), cancel);
        foreach (var (id, why) in call.Request.Has("json") ? [] : outcome.Failed.Take(MostNamed)) await call.Output.ErrorAsync($"scriptmta: message {id} {why}\n", cancel);
        return outcome.Failed.IsEmpty ? ExitCode.Ok : ExitCode.Failure;
    }

    async ValueTask ActAsync(AdminCall call, QueueVerb verb, QueueVerb.Act act, IReadOnlyList<QueueEntry> found, VerbOutcome outcome, CancellationToken cancel)
    {
        var by = MessageHandlers.NameOf(call.Caller);
        // Before the deed: what is cut short can be taken back, too.
        if (verb.Before is { } before) outcome.Undo = _undo.Add(verb.Name, call.Request, by, found.Select(e => (e.Id, services.Queue.Describe(e))).Where(m => m.Item2 is not null).Select(m => (m.Id, before(m.Item2!, call.Request))));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = verb.Delivers ? DeliveriesAtOnce : AtOnce, CancellationToken = cancel };
        var work = Parallel.ForEachAsync(found, parallel, async (entry, token) => outcome.Take(entry.Id, await act(services.Queue, entry.Id, by, token)));
        await WorkProgress.ShowAsync(work, () => $"{verb.Name}: {outcome.Done + outcome.Failed.Count} of {found.Count}", call.Output, cancel);
    }

    static async ValueTask<int> RefuseAsync(AdminCall call, string text, CancellationToken cancel)
    {
        await call.Output.ErrorAsync($"scriptmta: {text}\n", cancel);
        return ExitCode.Usage;
    }
}

/// <summary>What became of the messages.</summary>
sealed class VerbOutcome(QueueVerb verb, int matched, bool isDryRun)
{
    int _done;

    public bool IsDryRun => isDryRun;
    public int Done => _done;
    public ConcurrentQueue<(MessageId Id, string Why)> Failed { get; } = new();
    public int? Undo { get; set; }

    public void Take(MessageId id, EditAnswer answer)
    {
        if (answer.IsDone) Interlocked.Increment(ref _done);
        else Failed.Enqueue((id, answer.Text));
    }

    public string Text()
    {
        var messages = $"{matched} message{(matched == 1 ? " matches" : "s match")}";
        if (isDryRun) return $"{messages}; nothing is done\n";
        return $"{messages}, {_done} {verb.Participle}{(Failed.IsEmpty ? "" : $", {Failed.Count} not")}{(Undo is { } number && _done > 0 ? $" (to take it back: scriptmta queue undo {number})" : "")}\n";
    }

    public string Json() => Latin1.FromUnicode(new JsonObject
    {
        ["verb"] = verb.Name, ["matched"] = matched, ["dry_run"] = isDryRun, ["done"] = _done, ["undo"] = Undo,
        ["failed"] = new JsonArray([.. Failed.Select(static f => new JsonObject { ["id"] = f.Id.Text, ["why"] = Latin1.ToUnicode(f.Why) })]),
    }.ToJsonString(JsonListing.OneLine)) + "\n";
}
