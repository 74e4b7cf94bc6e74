using System.Buffers.Binary;
using ScriptMta.Spool;

namespace ScriptMta.Acl;

/// <summary>
/// Measures rates as exponentially weighted averages (Exim 44.39): a new event counts in full, and what was before fades with the period as time constant, never below
/// what this event alone makes. Which unique events have been counted is kept exactly, one small hint each, for one period.
/// </summary>
static class RateMeter
{
    /// <summary>In periods: by then what is left of a rate is one part in 10^13.</summary>
    const int Memory = 30;
    static readonly TimeSpan ShortestMemory = TimeSpan.FromHours(1), LongestMemory = TimeSpan.FromDays(400);

    /// <summary>Two events at the same instant: short enough to change nothing, and nothing is divided by zero.</summary>
    const double Instant = 1e-9;
    /// <summary>In periods: from here on two terms of the series are as good as a double is.</summary>
    const double Short = 1e-6;

    // A hint: when (seconds since 1970), the rate, and when the set of unique events began; each a double.
    const int Size = 3 * sizeof(double);

    public static double Measure(HintStore hints, RateRequest request, DateTimeOffset now)
    {
        var time = (now - DateTimeOffset.UnixEpoch).TotalSeconds;
        var (began, isNew) = request.Unique is null ? (0, true) : Look(hints, request, time);
        var update = isNew ? request.Update : RateUpdate.Readonly;
        double rate;
        using (var hint = hints.Open(HintTable.Ratelimit, request.Key))
        {
            rate = hint.TryGet(out var value) ? Smooth(value, isNew ? request.Count : 0, time, request.Rule.Period) : isNew ? request.Count : 0;
            if (update == RateUpdate.Readonly || (update == RateUpdate.Leaky && rate >= request.Rule.Limit)) return rate;
            Span<byte> bytes = stackalloc byte[Size];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, time);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[8..], rate);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[16..], began);
            hint.Set(bytes, now + Clamp(Memory * request.Rule.Period));
        }
        if (request.Unique is not null) hints.Set(HintTable.RatelimitEvent, EventKey(request, began), [], now + request.Rule.Period + TimeSpan.FromSeconds(1));
        return rate;
    }

    static double Smooth(ReadOnlySpan<byte> hint, double count, double now, TimeSpan period)
    {
        var (before, rate) = (BinaryPrimitives.ReadDoubleLittleEndian(hint), BinaryPrimitives.ReadDoubleLittleEndian(hint[8..]));
        var periods = Math.Max(now - before, Instant) / period.TotalSeconds;
        var kept = Math.Exp(-periods);
        // (1 - kept) / periods, without the digits that the subtraction would lose where hardly any time has passed.
        var share = periods < Short ? 1 - periods / 2 : (1 - kept) / periods;
        return Math.Max(share * count + kept * rate, count);
    }

    /// <summary>When the set of events that counts now began, and whether this event is not in it. The set is thrown away when it is a period old.</summary>
    static (double Began, bool IsNew) Look(HintStore hints, RateRequest request, double now)
    {
        var began = now;
        using (var hint = hints.Open(HintTable.Ratelimit, request.Key))
            if (hint.TryGet(out var value) && BinaryPrimitives.ReadDoubleLittleEndian(value[16..]) is var set && now - set <= request.Rule.Period.TotalSeconds) began = set;
        return (began, hints.Get(HintTable.RatelimitEvent, EventKey(request, began)) is null);
    }

    static string EventKey(RateRequest request, double began) => $"{request.Key}\0{BitConverter.DoubleToInt64Bits(began):x}\0{request.Unique}";

    static TimeSpan Clamp(TimeSpan memory) => memory < ShortestMemory ? ShortestMemory : memory > LongestMemory ? LongestMemory : memory;
}
