using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using ScriptMta.Mail;

namespace ScriptMta.Smtp;

/// <summary>
/// What is being said in SMTP conversations for a message, for whoever watches (scriptmta tail). While nobody does, it costs a look at a number. Which message a
/// conversation is for follows the flow of the delivery. Secrets never get here: see <see cref="SpokenLines"/>.
/// </summary>
static class Conversation
{
    static readonly AsyncLocal<MessageId?> Current = new();
    static readonly ConcurrentDictionary<MessageId, ImmutableList<ConversationWatch>> Watches = new();
    static volatile int _watchers;

    /// <summary>Somebody watches some message.</summary>
    public static bool IsWatched => _watchers > 0;

    /// <summary>What is said from here on, in this flow of control, is for the message.</summary>
    public static void Begin(MessageId id) => Current.Value = id;

    public static ConversationWatch Watch(MessageId id)
    {
        var watch = new ConversationWatch(id);
        Watches.AddOrUpdate(id, [watch], (_, known) => known.Add(watch));
        Interlocked.Increment(ref _watchers);
        return watch;
    }

    internal static void End(ConversationWatch watch)
    {
        Interlocked.Decrement(ref _watchers);
        while (Watches.TryGetValue(watch.Id, out var known))
        {
            var left = known.Remove(watch);
            if (left.IsEmpty ? Watches.TryRemove(new(watch.Id, known)) : Watches.TryUpdate(watch.Id, left, known)) return;
        }
    }

    public static void Tell(TimeProvider clock, string host, IEnumerable<string> lines)
    {
        if (Current.Value is not { } id || !Watches.TryGetValue(id, out var watches)) return;
        var start = clock.GetUtcNow().ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) + $" [{host}] ";
        foreach (var line in lines)
            foreach (var watch in watches) watch.Add(start + line);
    }
}

/// <summary>One watcher's lines. Who reads too slowly loses the oldest.</summary>
sealed class ConversationWatch(MessageId id) : IDisposable
{
    /// <summary>A conversation with a thousand recipients fits.</summary>
    const int MostLines = 4096;

    readonly Channel<string> _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(MostLines) { FullMode = BoundedChannelFullMode.DropOldest });

    public MessageId Id => id;
    public ChannelReader<string> Lines => _lines.Reader;

    public void Add(string line) => _lines.Writer.TryWrite(line);
    public void Dispose() => Conversation.End(this);
}
