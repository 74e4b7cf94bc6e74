using System.Collections.Concurrent;
using System.Collections.Immutable;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>
/// What was delivered and could not be recorded, because the spool's disk is full or broken. While there is any, no attempt may begin: it would deliver
/// again and again what the spool cannot remember.
/// </summary>
sealed class UnrecordedOutcomes(ISpool spool)
{
    readonly ConcurrentDictionary<MessageId, ImmutableHashSet<string>> _keys = new();

    public void Add(MessageId id, IReadOnlyList<string> keys) =>
        _keys.AddOrUpdate(id, static (_, added) => [.. added], static (_, known, added) => known.Union(added), keys);

    /// <summary>Records what is owed; false while the spool still refuses.</summary>
    public async ValueTask<bool> SettleAsync(CancellationToken cancel)
    {
        foreach (var owed in _keys)
        {
            try { await spool.RecordAsync(owed.Key, [.. owed.Value.Select(k => new SpoolChange.Done(k))], durable: true, cancel).ConfigureAwait(false); }
            catch (SpoolException) { return false; }
            _keys.TryRemove(owed);
        }
        return true;
    }
}
