using System.Collections.Concurrent;

namespace ScriptMta.Common;

/// <summary>Answers that may be a moment old: what the system is asked for again and again under load is asked for once in <paramref name="lifetime"/>. A null answer is not kept.</summary>
/// <param name="lifetime">Of the machine's own clock: what is remembered is real, whatever time a test makes it.</param>
sealed class RecentValues<TKey, TValue>(TimeSpan lifetime, Func<TKey, TValue?> ask) where TKey : notnull
{
    /// <summary>Keys may come from strangers: when there are more, all are forgotten.</summary>
    const int MostKept = 1024;

    readonly ConcurrentDictionary<TKey, (long Until, TValue Value)> _known = new();

    public TValue? Get(TKey key)
    {
        var now = Environment.TickCount64;
        if (_known.TryGetValue(key, out var known) && now < known.Until) return known.Value;
        if (ask(key) is not { } value)
        {
            _known.TryRemove(key, out _);
            return default;
        }
        if (_known.Count >= MostKept) _known.Clear();
        _known[key] = (now + (long)lifetime.TotalMilliseconds, value);
        return value;
    }
}
