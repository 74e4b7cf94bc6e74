using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>list, count, summary, run and deliver.</summary>
sealed class QueueHandlers(AdminServices services)
{
    readonly QueueSelection _selection = new(services);

    public IEnumerable<AdminCommand> Commands() =>
    [
        new("list", AdminNeed.Listing, ListAsync),
        new("count", AdminNeed.Listing, CountAsync),
        new("summary", AdminNeed.Listing, SummaryAsync),
        new("run", AdminNeed.Prodding, RunAsync),
        new("deliver", AdminNeed.Prodding, DeliverAsync),
    ];

    async ValueTask<int> ListAsync(AdminCall call, CancellationToken cancel)
    {
        var name = call.Request.Option("format") ?? "exim";
        if (ListingFormat.ByName(name, services.Clock.GetUtcNow(), call.Request.Option("flags") ?? "") is not { } format)
            return await RefuseAsync(call, $"there is no listing format \"{name}\": exim, exiqgrep, brief, ids, sendmail or json", cancel);
        if (call.Request.Arguments.Count > 0)
        {
            await ListNamedAsync(call, format, cancel);
            return ExitCode.Ok;
        }
        if (await QueueSelection.FilterOfAsync(call, cancel) is not { } filter) return ExitCode.Usage;
        var now = services.Clock.GetUtcNow();
        // With a limit the matches must be known before they are printed; without one, each is printed as it is read.
        if (QueueSelection.LimitOf(call.Request) is < int.MaxValue and var limit)
            await ListingStream.PrintAsync(await _selection.FindAsync(filter, limit, call.Output, cancel), services.Queue.Describe, format, call.Output, cancel);
        else
            await ListingStream.PrintAsync(services.Spool.Entries(), e => services.Queue.Describe(e) is { } message && filter.Matches(message, now) ? message : null, format, call.Output, cancel);
        return ExitCode.Ok;
    }

    async ValueTask ListNamedAsync(AdminCall call, ListingFormat format, CancellationToken cancel)
    {
        var found = new List<QueueEntry>();
        foreach (var text in call.Request.Arguments)
        {
            if (MessageId.TryParse(text, out var id) && services.Spool.Find(id) is { } entry) found.Add(entry);
            else if (format is EximListing) await call.Output.OutAsync(EximListing.Unreadable(text, "No such file or directory"), cancel);
        }
        await ListingStream.PrintAsync(found, services.Queue.Describe, format, call.Output, cancel);
    }

    async ValueTask<int> CountAsync(AdminCall call, CancellationToken cancel)
    {
        if (await QueueSelection.FilterOfAsync(call, cancel) is not { } filter) return ExitCode.Usage;
        await call.Output.OutAsync($"{(await _selection.FindAsync(filter, QueueSelection.LimitOf(call.Request), call.Output, cancel)).Count}\n", cancel);
        return ExitCode.Ok;
    }

    async ValueTask<int> SummaryAsync(AdminCall call, CancellationToken cancel)
    {
        if (await QueueSelection.FilterOfAsync(call, cancel) is not { } filter) return ExitCode.Usage;
        var now = services.Clock.GetUtcNow();
        var summary = new DomainSummary();
        var work = Task.Run(() =>
        {
            foreach (var entry in services.Spool.Entries())
                if (services.Queue.Describe(entry) is { } message && filter.Matches(message, now)) summary.Add(message);
        }, cancel);
        await WorkProgress.ShowAsync(work, () => $"looking: {summary.Messages}", call.Output, cancel);
        await call.Output.OutAsync(call.Request.Has("json") ? summary.Json() : summary.Text(now, call.Request.Option("sort") ?? ""), cancel);
        return ExitCode.Ok;
    }

    async ValueTask<int> RunAsync(AdminCall call, CancellationToken cancel)
    {
        var request = call.Request;
        var flags = request.Option("flags") ?? "";
        var wrong = "";
        Pattern? Compile(string option, char flag) => flags.Contains(flag) && wrong.Length == 0 && request.Option(option) is { } text ? Pattern.Compile(text, caseless: true, out wrong) : null;
        var options = new QueueRunOptions(Force: flags.Contains('f'), Frozen: flags.Contains("ff"), Recipient: request.Option("recipient"), Sender: request.Option("sender"))
        {
            FirstDeliveriesOnly = flags.Contains('i'), RecipientPattern = Compile("recipient", 'r'), SenderPattern = Compile("sender", 's'),
            First = IdAt(request, 0), Last = IdAt(request, 1),
        };
        if (wrong.Length > 0) return await RefuseAsync(call, wrong, cancel);
        await services.Queue.RunAsync(options, cancel);
        return ExitCode.Ok;
    }

    static MessageId? IdAt(AdminRequest request, int index) => index < request.Arguments.Count && MessageId.TryParse(request.Arguments[index], out var id) ? id : null;

    /// <summary>Option "due": what is not due yet waits (-Mc). Exim is silent about messages that are not there.</summary>
    async ValueTask<int> DeliverAsync(AdminCall call, CancellationToken cancel)
    {
        var status = ExitCode.Ok;
        foreach (var text in call.Request.Arguments)
        {
            if (MessageId.TryParse(text, out var id) && await services.Queue.DeliverAsync(id, !call.Request.Has("due"), cancel) || call.Request.Has("quiet")) continue;
            await call.Output.ErrorAsync($"scriptmta: {text}: no such message in the queue\n", cancel);
            status = ExitCode.Failure;
        }
        return status;
    }

    static async ValueTask<int> RefuseAsync(AdminCall call, string text, CancellationToken cancel)
    {
        await call.Output.ErrorAsync($"scriptmta: {text}\n", cancel);
        return ExitCode.Usage;
    }
}
