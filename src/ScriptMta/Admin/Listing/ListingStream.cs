using System.Text;
using ScriptMta.Queue;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>Prints any number of messages in bounded memory: some at a time, on the processors that there are, written in order while the next are read.</summary>
static class ListingStream
{
    /// <summary>Enough that handing over costs little, few enough that a chunk of large messages stays small.</summary>
    const int ChunkSize = 500;

    /// <summary>Chunks under way at once; disks and processors beyond this gain nothing.</summary>
    static readonly int Ahead = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <param name="describe">Null: it has left, or is not wanted.</param>
    public static async ValueTask PrintAsync(IReadOnlyList<QueueEntry> entries, Func<QueueEntry, QueueListing?> describe, ListingFormat format, AdminOutput output, CancellationToken cancel)
    {
        var total = new Totals();
        var begun = false;
        await foreach (var chunk in ChunksAsync(entries, describe, format, cancel))
        {
            if (chunk.Count == 0) continue;
            await output.OutAsync((begun ? format.Separator : format.Begin(chunk.Count)) + chunk.Text, cancel);
            (begun, total) = (true, total.With(chunk));
        }
        if (!begun) await output.OutAsync(format.Begin(0), cancel);
        await output.OutAsync(format.End(total.Count, total.Bytes), cancel);
    }

    readonly record struct Totals(int Count, long Bytes)
    {
        public Totals With(Chunk chunk) => new(Count + chunk.Count, Bytes + chunk.Bytes);
    }

    readonly record struct Chunk(string Text, int Count, long Bytes);

    static async IAsyncEnumerable<Chunk> ChunksAsync(IReadOnlyList<QueueEntry> entries, Func<QueueEntry, QueueListing?> describe, ListingFormat format,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var underWay = new Queue<Task<Chunk>>();
        for (var start = 0; start < entries.Count; start += ChunkSize)
        {
            var (from, to) = (start, Math.Min(start + ChunkSize, entries.Count));
            underWay.Enqueue(Task.Run(() => Print(entries, from, to, describe, format), cancel));
            if (underWay.Count > Ahead) yield return await underWay.Dequeue();
        }
        while (underWay.TryDequeue(out var last)) yield return await last;
    }

    static Chunk Print(IReadOnlyList<QueueEntry> entries, int from, int to, Func<QueueEntry, QueueListing?> describe, ListingFormat format)
    {
        var text = new StringBuilder();
        var total = new Totals();
        for (var i = from; i < to; i++)
        {
            if (describe(entries[i]) is not { } message) continue;
            if (total.Count > 0) text.Append(format.Separator);
            format.Message(text, message);
            total = new(total.Count + 1, total.Bytes + message.Size);
        }
        return new(text.ToString(), total.Count, total.Bytes);
    }
}
