using ScriptMta.Common;

namespace ScriptMta.Dns;

/// <summary>
/// Answers by lower-case name and type until their time to live ends. "Again" is never kept. When full, what is out of date goes, then
/// half of the rest: simple, and a mail server asks for the same names within minutes or not at all. Thread-safe.
/// </summary>
sealed class DnsCache(int capacity, TimeProvider clock)
{
    /// <summary>Longest stay: a record with a year's time to live may still be a mistake that somebody mends.</summary>
    public static readonly TimeSpan MaxTimeToLive = TimeSpan.FromDays(1);

    /// <summary>RFC 2308 5: one to three hours for "no".</summary>
    public static readonly TimeSpan MaxNegativeTimeToLive = TimeSpan.FromHours(1);

    readonly Lock _gate = new();
    readonly Dictionary<(string, DnsType), (DnsAnswer Answer, long Expires)> _entries = [];

    public int Count { get { lock (_gate) return _entries.Count; } }

    public DnsAnswer? Find(string name, DnsType type)
    {
        var key = (name.LowerAscii(), type);
        lock (_gate)
            return _entries.TryGetValue(key, out var entry) && entry.Expires > Now ? entry.Answer : null;
    }

    public void Add(string name, DnsType type, DnsAnswer answer, TimeSpan timeToLive)
    {
        var limit = answer is DnsAnswer.Found ? MaxTimeToLive : MaxNegativeTimeToLive;
        if (timeToLive > limit) timeToLive = limit;
        if (answer is DnsAnswer.Again || timeToLive <= TimeSpan.Zero) return;
        lock (_gate)
        {
            if (_entries.Count >= capacity) MakeRoom();
            _entries[(name.LowerAscii(), type)] = (answer, Now + timeToLive.Ticks);
        }
    }

    public void Clear()
    {
        lock (_gate) _entries.Clear();
    }

    long Now => clock.GetUtcNow().Ticks;

    void MakeRoom()
    {
        var now = Now;
        foreach (var key in _entries.Where(e => e.Value.Expires <= now).Select(e => e.Key).ToArray()) _entries.Remove(key);
        if (_entries.Count < capacity / 2) return;
        foreach (var key in _entries.Keys.Where((_, i) => i % 2 == 0).ToArray()) _entries.Remove(key);
    }
}
