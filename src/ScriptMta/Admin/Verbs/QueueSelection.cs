using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>The messages that a filter means, found by reading each once, on the processors that there are. Ids only: a million matches are 16 MB.</summary>
sealed class QueueSelection(AdminServices services)
{
    /// <summary>A filter of a request; null when its text is wrong, and the error is told.</summary>
    public static async ValueTask<QueueFilter?> FilterOfAsync(AdminCall call, CancellationToken cancel)
    {
        if (call.Request.Option("filter") is not { Length: > 0 } text) return QueueFilter.All;
        if (QueueFilter.Parse(text, out var error) is { } filter) return filter;
        await call.Output.ErrorAsync($"scriptmta: filter:{error}\n  {text}\n", cancel);
        return null;
    }

    /// <summary>No more than this many messages, from the oldest on.</summary>
    public static int LimitOf(AdminRequest request) => int.TryParse(request.Option("limit"), out var limit) && limit >= 0 ? limit : int.MaxValue;

    public async ValueTask<IReadOnlyList<QueueEntry>> FindAsync(QueueFilter filter, int limit, AdminOutput output, CancellationToken cancel)
    {
        var now = services.Clock.GetUtcNow();
        var entries = services.Spool.Entries();
        if (ReferenceEquals(filter, QueueFilter.All)) return entries.Count <= limit ? entries : [.. entries.Take(limit)];
        var wanted = new bool[entries.Count];
        var looked = 0;
        var work = Task.Run(() => Parallel.For(0, entries.Count, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            wanted[i] = services.Queue.Describe(entries[i]) is { } message && filter.Matches(message, now);
            Interlocked.Increment(ref looked);
        }), cancel);
        await WorkProgress.ShowAsync(work, () => $"looking: {looked} of {entries.Count}", output, cancel);
        return [.. entries.Where((_, i) => wanted[i]).Take(limit)];
    }
}
