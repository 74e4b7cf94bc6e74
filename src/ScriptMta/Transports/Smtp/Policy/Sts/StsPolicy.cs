using System.Collections.Immutable;
using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Dns;

namespace ScriptMta.Transports;

enum StsMode { None, Testing, Enforce }

/// <summary>A policy of MTA-STS (RFC 8461 3.2): the hosts that may get a domain's mail, over TLS with a certificate that public authorities vouch for. Id is that of the TXT record it was fetched for.</summary>
sealed record StsPolicy(StsMode Mode, ImmutableArray<string> Patterns, TimeSpan MaxAge, string Id)
{
    /// <summary>A year: the most that a policy may say (RFC 8461 3.2).</summary>
    const long LongestAge = 31_557_600;
    /// <summary>Names in one policy; the largest known have some twenty.</summary>
    const int MostPatterns = 200;

    static readonly string[] Modes = ["none", "testing", "enforce"];

    /// <summary>Null with the reason for what is no policy. Unknown fields are passed over, and of a field given twice the first counts.</summary>
    public static StsPolicy? Parse(string text, string id, out string error)
    {
        var fields = new Dictionary<string, string>();
        var patterns = ImmutableArray.CreateBuilder<string>();
        error = "";
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':');
            if (colon < 0 && line.TrimSpace().Length == 0) continue;
            if (colon <= 0) return Fail("a line is no \"name: value\"", out error);
            var (name, value) = (line[..colon].TrimSpace(), line[(colon + 1)..].TrimSpace());
            if (name == "mx") patterns.Add(value.LowerAscii().TrimEnd('.')); else fields.TryAdd(name, value);
        }
        if (fields.GetValueOrDefault("version") != "STSv1") return Fail("version is not STSv1", out error);
        var mode = Array.IndexOf(Modes, fields.GetValueOrDefault("mode"));
        if (mode < 0) return Fail("mode is none of enforce, testing, none", out error);
        if (!long.TryParse(fields.GetValueOrDefault("max_age"), NumberStyles.None, CultureInfo.InvariantCulture, out var age) || age > LongestAge) return Fail("max_age is no number of seconds up to a year", out error);
        if (patterns.Count is 0 && mode != 0) return Fail("no mx is named", out error);
        if (patterns.Count > MostPatterns || patterns.Any(p => !IsPattern(p))) return Fail("an mx is no host name, or there are too many", out error);
        return new((StsMode)mode, patterns.ToImmutable(), TimeSpan.FromSeconds(age), id);
    }

    /// <summary>RFC 8461 4.1: "*." stands for one label.</summary>
    public bool Allows(string host) => Patterns.Any(pattern => Matches(pattern, host.LowerAscii().TrimEnd('.')));

    static bool Matches(string pattern, string host) =>
        pattern.StartsWith("*.", StringComparison.Ordinal) ? host.IndexOf('.') is > 0 and var dot && host[dot..] == pattern[1..] : host == pattern;

    static bool IsPattern(string text) => text.Length is > 0 and <= DnsName.MaxLength && DnsName.LooksLikeHost(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text);

    static StsPolicy? Fail(string why, out string error)
    {
        error = why;
        return null;
    }

    /// <summary>The lines of the policy as reports show them (RFC 8460 4.4).</summary>
    public IEnumerable<string> Lines() =>
        ["version: STSv1", $"mode: {Modes[(int)Mode]}", .. Patterns.Select(p => $"mx: {p}"), string.Create(CultureInfo.InvariantCulture, $"max_age: {(long)MaxAge.TotalSeconds}")];
}
