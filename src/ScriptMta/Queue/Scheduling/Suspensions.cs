using System.Buffers.Binary;
using ScriptMta.Common;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>A destination to which an administrator lets nothing go. Pattern: a domain or the name of a host, with * and ?.</summary>
sealed record Suspension(string Pattern, string Reason, string By, DateTimeOffset Since);

/// <summary>What is suspended; kept in the hints, so that a restart changes nothing. Thread-safe.</summary>
sealed class Suspensions(HintStore store)
{
    /// <summary>Until somebody resumes it.</summary>
    static readonly TimeSpan Keep = TimeSpan.FromDays(20 * 365);

    readonly Lock _gate = new();
    IReadOnlyList<Suspension>? _known;

    public IReadOnlyList<Suspension> All()
    {
        if (Volatile.Read(ref _known) is { } known) return known;
        lock (_gate) return _known ??= Load();
    }

    List<Suspension> Load()
    {
        var found = new List<Suspension>();
        store.Load();
        store.Visit((table, key, value, _) =>
        {
            if (table == HintTable.Suspension && Decode(Latin1.Decode(key), value) is { } suspension) found.Add(suspension);
        }, static () => { });
        found.Sort(static (a, b) => string.CompareOrdinal(a.Pattern, b.Pattern));
        return found;
    }

    static Suspension? Decode(string pattern, ReadOnlySpan<byte> value)
    {
        if (value.Length < sizeof(long)) return null;
        var words = Latin1.Decode(value[sizeof(long)..]).Split('\n', 2);
        return new(pattern, words.Length == 2 ? words[1] : "", words[0], new(BinaryPrimitives.ReadInt64LittleEndian(value), TimeSpan.Zero));
    }

    /// <summary>Why nothing is sent there; null = nobody has suspended it.</summary>
    public string? Reason(DestinationName name)
    {
        foreach (var suspension in All())
            if (Fits(suspension.Pattern, name)) return suspension.Reason;
        return null;
    }

    static bool Fits(string pattern, DestinationName name) =>
        !name.IsLocal && (WordPattern.Matches(pattern, name.Domain) || name.Hosts.Any(host => WordPattern.Matches(pattern, host.Split(':')[0])));

    /// <summary>The longest reason that a hint has room for.</summary>
    public const int LongestReason = 1000;

    public void Add(Suspension suspension)
    {
        var words = Latin1.Encode($"{suspension.By}\n{suspension.Reason}");
        var value = new byte[sizeof(long) + words.Length];
        BinaryPrimitives.WriteInt64LittleEndian(value, suspension.Since.UtcTicks);
        words.CopyTo(value, sizeof(long));
        lock (_gate)
        {
            var others = All().Where(s => s.Pattern != suspension.Pattern).Append(suspension).OrderBy(s => s.Pattern, StringComparer.Ordinal).ToList();
            store.Set(HintTable.Suspension, suspension.Pattern, value, suspension.Since + Keep);
            Volatile.Write(ref _known, others);
        }
    }

    /// <summary>False: it was not suspended.</summary>
    public bool Remove(string pattern)
    {
        lock (_gate)
        {
            var others = All().Where(s => s.Pattern != pattern).ToList();
            if (others.Count == All().Count) return false;
            store.Remove(HintTable.Suspension, pattern);
            Volatile.Write(ref _known, others);
            return true;
        }
    }
}
