using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using ScriptMta.Common;
using ScriptMta.Spool;

namespace ScriptMta.Transports;

/// <summary>A policy, and when it was fetched.</summary>
sealed record KnownPolicy(StsPolicy Policy, DateTimeOffset Fetched);

/// <summary>The policies that have been fetched, among the hints: each lasts until its max_age ends, over restarts, too. (A policy that could be forgotten sooner would protect nobody, so these have the hints' longest lives.)</summary>
sealed class StsCache(HintStore hints)
{
    public KnownPolicy? Find(string domain) => hints.Get(HintTable.StsPolicy, domain) is { } value ? Decode(value) : null;

    /// <summary>False when it is too long to be kept.</summary>
    public bool Keep(string domain, StsPolicy policy, DateTimeOffset now)
    {
        var value = Encode(new(policy, now));
        if (value.Length > HintShard.MaxValue) return false;
        if (policy.MaxAge > TimeSpan.Zero) hints.Set(HintTable.StsPolicy, domain, value, now + policy.MaxAge);
        else hints.Remove(HintTable.StsPolicy, domain);
        return true;
    }

    public static byte[] Encode(KnownPolicy known)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{known.Fetched.ToUnixTimeSeconds()}\n{known.Policy.Id}\n{(int)known.Policy.Mode}\n{(long)known.Policy.MaxAge.TotalSeconds}\n{string.Join('\n', known.Policy.Patterns)}");
        using var packed = new MemoryStream();
        using (var packing = new DeflateStream(packed, CompressionLevel.Fastest)) packing.Write(Latin1.Encode(text));
        return packed.ToArray();
    }

    /// <summary>Null for what another version of this program wrote, or damage: then it is fetched again.</summary>
    public static KnownPolicy? Decode(byte[] value)
    {
        var buffer = new byte[StsFetch.MostBytes];
        int length;
        try
        {
            using var unpacking = new DeflateStream(new MemoryStream(value), CompressionMode.Decompress);
            length = unpacking.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException) { return null; }
        var lines = Latin1.Decode(buffer.AsSpan(0, length)).Split('\n');
        if (lines.Length < 5 || !long.TryParse(lines[0], CultureInfo.InvariantCulture, out var fetched) || !long.TryParse(lines[3], CultureInfo.InvariantCulture, out var age)) return null;
        if (lines[2] is not ("0" or "1" or "2")) return null;
        ImmutableArray<string> patterns = lines[4].Length == 0 ? [] : [.. lines[4..]];
        return new(new((StsMode)(lines[2][0] - '0'), patterns, TimeSpan.FromSeconds(age), lines[1]), DateTimeOffset.FromUnixTimeSeconds(fetched));
    }
}
