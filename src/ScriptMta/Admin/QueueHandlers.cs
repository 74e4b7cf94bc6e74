using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>list, count, run and deliver.</summary>
sealed class QueueHandlers(AdminServices services)
{
    public IEnumerable<AdminCommand> Commands() =>
    [
        // Exim 14.23 queue_list_requires_admin, by default: who writes to whom is not everyone's business.
        new("list", true, ListAsync),
        new("count", true, CountAsync),
        new("run", true, RunAsync),
        new("deliver", true, DeliverAsync),
    ];

    async ValueTask<int> ListAsync(AdminCall call, CancellationToken cancel)
    {
        var name = call.Request.Option("format") ?? "exim";
        if (ListingFormat.ByName(name, services.Clock.GetUtcNow(), call.Request.Option("flags") ?? "") is not { } format)
        {
            await call.Output.ErrorAsync($"scriptmta: there is no listing format \"{name}\": exim, exiqgrep, brief, ids, sendmail or json\n", cancel);
            return ExitCode.Usage;
        }
        if (call.Request.Arguments.Count == 0) await ListingStream.PrintAsync(services.Spool.Entries(), services.Queue.Describe, format, call.Output, cancel);
        else await ListNamedAsync(call, format, cancel);
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
        await call.Output.OutAsync($"{services.Spool.Count}\n", cancel);
        return ExitCode.Ok;
    }

    async ValueTask<int> RunAsync(AdminCall call, CancellationToken cancel)
    {
        if (call.Request.Arguments.Count > 0) return await DeliverAsync(call, cancel);
        var flags = call.Request.Option("flags") ?? "";
        await services.Queue.RunAsync(new QueueRunOptions(Force: flags.Contains('f'), Frozen: flags.Contains("ff"),
            Recipient: call.Request.Option("recipient"), Sender: call.Request.Option("sender")), cancel);
        return ExitCode.Ok;
    }

    async ValueTask<int> DeliverAsync(AdminCall call, CancellationToken cancel)
    {
        var status = ExitCode.Ok;
        foreach (var text in call.Request.Arguments)
        {
            if (MessageId.TryParse(text, out var id) && await services.Queue.DeliverAsync(id, cancel)) continue;
            await call.Output.ErrorAsync($"scriptmta: {text}: no such message in the queue\n", cancel);
            status = ExitCode.Failure;
        }
        return status;
    }
}
