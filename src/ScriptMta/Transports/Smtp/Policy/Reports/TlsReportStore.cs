using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ScriptMta.Common;
using ScriptMta.Spool;

namespace ScriptMta.Transports;

/// <summary>Counts the results of TLS sessions by day, among the hints, so that they outlive a restart. Results that are alike are one hint: its count, and what they are.</summary>
sealed class TlsReportStore(HintStore hints, TimeProvider clock)
{
    /// <summary>Reports are sent within hours of their day's end; what could not be sent for a week is of no use to anybody.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromDays(8);
    /// <summary>Of one text in a hint, so that all of them fit into it: a policy may be long, and so may be what a server says.</summary>
    const int LongestText = 300, MostLines = 8;
    const int CountSize = 8;

    public void Count(TlsResult result)
    {
        var day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var value = Encode(day, Shortened(result));
        if (value.Length > HintShard.MaxValue) return; // 20 texts of 100 bytes are far from it; what is not ASCII takes six bytes for one
        using var hint = hints.Open(HintTable.TlsResult, KeyOf(value));
        if (hint.TryGet(out var before) && before.Length >= CountSize) BinaryPrimitives.WriteInt64LittleEndian(value, BinaryPrimitives.ReadInt64LittleEndian(before) + 1);
        hint.Set(value, clock.GetUtcNow() + Kept);
    }

    public IReadOnlyList<CountedResult> All()
    {
        var values = new List<byte[]>();
        hints.Load();
        hints.Visit((table, _, value, _) => { if (table == HintTable.TlsResult) values.Add(value.ToArray()); }, static () => { });
        return [.. values.Select(Decode).OfType<CountedResult>().OrderBy(c => c.Day).ThenBy(c => c.Result.Domain, StringComparer.Ordinal)];
    }

    /// <summary>What a report was made of.</summary>
    public void Forget(IEnumerable<CountedResult> counted)
    {
        foreach (var one in counted) hints.Remove(HintTable.TlsResult, KeyOf(Encode(one.Day, one.Result)));
    }

    static string KeyOf(byte[] value) => Convert.ToHexString(SHA256.HashData(value.AsSpan(CountSize)));

    static TlsResult Shortened(TlsResult result) => result with
    {
        Detail = Short(result.Detail), MxHost = Short(result.MxHost), Domain = Short(result.Domain).LowerAscii(),
        Policy = new(result.Policy.Type, [.. result.Policy.Lines.Take(MostLines).Select(Short)], [.. result.Policy.MxHosts.Take(MostLines).Select(Short)]),
    };

    static string Short(string text) => text.Length <= LongestText / 2 ? text : text[..(LongestText / 2)];

    static byte[] Encode(DateOnly day, TlsResult result)
    {
        string[][] parts =
        [
            [day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), result.Domain, result.Policy.Type, result.ResultType, result.MxHost, result.ReceivingAddress, result.SendingAddress, result.Detail],
            [.. result.Policy.Lines], [.. result.Policy.MxHosts],
        ];
        var value = new byte[CountSize];
        BinaryPrimitives.WriteInt64LittleEndian(value, 1);
        return [.. value, .. JsonSerializer.SerializeToUtf8Bytes(parts)];
    }

    static CountedResult? Decode(byte[] value)
    {
        try
        {
            if (value.Length <= CountSize || JsonSerializer.Deserialize<string[][]>(value.AsSpan(CountSize)) is not [[var day, var domain, var type, var result, var mx, var receiving, var sending, var detail], var lines, var hosts]) return null;
            return new(DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture), new(domain, new(type, [.. lines], [.. hosts]), result, mx, receiving, sending, detail), BinaryPrimitives.ReadInt64LittleEndian(value));
        }
        catch (Exception error) when (error is JsonException or FormatException) { return null; } // another version's
    }
}
