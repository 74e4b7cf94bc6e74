using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Lookups;

enum Strictness { Strict, Lax, Never }

/// <summary>
/// A dnsdb query taken apart (Exim 9.10 to 9.13): <c>[>sep[,fieldsep|;]] [modifier,]… [type=]names</c>. Fields = null: the default for the type; empty: fields joined
/// with nothing between.
/// </summary>
sealed record DnsdbQuery(string Type, IReadOnlyList<string> Names, char Separator, string? Fields, Strictness Defer, Strictness Dnssec, DnsPatience Patience)
{
    static readonly char[] Blanks = [' ', '\t', '\n', '\v', '\f', '\r'];

    delegate string? Modifier(ref string rest, ref Settings settings);

    struct Settings { public Strictness Defer, Dnssec; public TimeSpan? TryTimeout; public int? Tries; }

    /// <summary>Each reads what follows its word; a text says what is wrong.</summary>
    static readonly (string Word, Modifier Read)[] Modifiers =
    [
        ("defer_", (ref rest, ref settings) => Behaviour(ref rest, ref settings.Defer) ? null : "unsupported dnsdb defer behaviour"),
        ("dnssec_", (ref rest, ref settings) => Behaviour(ref rest, ref settings.Dnssec) ? null : "unsupported dnsdb dnssec behaviour"),
        ("retrans_", TryTimeout),
        ("retry_", Retries),
    ];

    /// <summary>Null with Exim's text.</summary>
    public static DnsdbQuery? Parse(string text, out string error)
    {
        var rest = text.TrimStart(Blanks);
        var (separator, fields) = Separators(ref rest);
        var settings = new Settings { Defer = Strictness.Lax, Dnssec = Strictness.Lax };
        while (true)
        {
            error = ReadModifier(ref rest, ref settings, out var found) ?? "";
            if (error.Length > 0) return null;
            if (!found) break;
        }
        var equals = rest.IndexOf('=');
        var type = equals < 0 ? "txt" : AsciiCase.Lower(rest[..equals].TrimEnd(Blanks));
        var names = (equals < 0 ? rest : rest[(equals + 1)..].TrimStart(Blanks));
        // One IPv6 address is not a list of its groups.
        IReadOnlyList<string> items = type == "ptr" && IpNetwork.TryAddress(names, out _) ? [names] : new ListText(names).ToList();
        return new(type, items, separator, fields, settings.Defer, settings.Dnssec, new DnsPatience(settings.TryTimeout, settings.Tries));
    }

    static (char Separator, string? Fields) Separators(ref string rest)
    {
        if (rest is not ['>', var separator, ..]) return ('\n', null);
        rest = rest[2..];
        string? fields = null;
        if (rest is [',', var field, ..]) (fields, rest) = (field.ToString(), rest[2..]);
        else if (rest is [';', ..]) (fields, rest) = ("", rest[1..]);
        rest = rest.TrimStart(Blanks);
        return (separator, fields);
    }

    static string? ReadModifier(ref string rest, ref Settings settings, out bool found)
    {
        found = false;
        foreach (var (word, read) in Modifiers)
        {
            if (!AsciiCase.StartsWith(rest, word)) continue;
            found = true;
            rest = rest[word.Length..];
            if (read(ref rest, ref settings) is { } error) return error;
            rest = rest.TrimStart(Blanks);
            if (rest is not [',', ..]) return "dnsdb modifier syntax error";
            rest = rest[1..].TrimStart(Blanks);
            break;
        }
        return null;
    }

    static bool Behaviour(ref string rest, ref Strictness strictness)
    {
        foreach (var (word, value) in ((string, Strictness)[])[("strict", Strictness.Strict), ("lax", Strictness.Lax), ("never", Strictness.Never)])
        {
            if (!AsciiCase.StartsWith(rest, word)) continue;
            (strictness, rest) = (value, rest[word.Length..]);
            return true;
        }
        return false;
    }

    static string? TryTimeout(ref string rest, ref Settings settings)
    {
        var comma = rest.IndexOf(',');
        if (comma < 0 || !OptionValues.Time(rest[..comma], out var time) || time <= TimeSpan.Zero) return "unsupported dnsdb timeout value";
        (settings.TryTimeout, rest) = (time, rest[comma..]);
        return null;
    }

    static string? Retries(ref string rest, ref Settings settings)
    {
        var end = rest is ['-' or '+', ..] ? 1 : 0;
        while (end < rest.Length && char.IsAsciiDigit(rest[end])) end++;
        // Without a number Exim takes 0, and asks once.
        if (!int.TryParse(rest[..end], System.Globalization.NumberStyles.AllowLeadingSign, null, out var number) && end > 0) number = int.MaxValue;
        if (number < 0) return "unsupported dnsdb retry count";
        (settings.Tries, rest) = (number, rest[end..]);
        return null;
    }
}
