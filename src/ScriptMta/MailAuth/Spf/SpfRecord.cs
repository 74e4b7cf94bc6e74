using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.MailAuth;

enum SpfMechanism { All, Include, A, Mx, Ptr, Ip4, Ip6, Exists }

/// <param name="Target">domain-spec, not expanded; empty = the current domain.</param>
/// <param name="Network">ip4 and ip6.</param>
sealed record SpfTerm(string Text, SpfResult Qualifier, SpfMechanism Mechanism, string Target, int IPv4Bits = 32, int IPv6Bits = 128, IpNetwork? Network = null);

/// <summary>A record taken apart; a mistake anywhere makes the whole of it void (RFC 7208 4.6).</summary>
sealed record SpfRecord(IReadOnlyList<SpfTerm> Terms, string? Redirect, string? Explanation)
{
    const string Version = "v=spf1";

    static readonly Dictionary<string, SpfMechanism> Mechanisms = new(StringComparer.Ordinal)
    {
        ["all"] = SpfMechanism.All, ["include"] = SpfMechanism.Include, ["a"] = SpfMechanism.A, ["mx"] = SpfMechanism.Mx, ["ptr"] = SpfMechanism.Ptr,
        ["ip4"] = SpfMechanism.Ip4, ["ip6"] = SpfMechanism.Ip6, ["exists"] = SpfMechanism.Exists,
    };

    /// <summary>RFC 7208 4.5: whether a TXT record is one of SPF.</summary>
    public static bool IsSpf(string text) => text.Length >= Version.Length && AsciiCase.Same(text.AsSpan(0, Version.Length), Version) && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <summary>Null with the term that is wrong.</summary>
    public static SpfRecord? Parse(string text, out string error)
    {
        var terms = new List<SpfTerm>();
        var modifiers = new Dictionary<string, string>(StringComparer.Ordinal);
        error = "";
        foreach (var word in text[Version.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            error = word;
            var end = NameEnd(word);
            if (end < word.Length && word[end] == '=')
            {
                if (!Modifier(AsciiCase.Lower(word[..end]), word[(end + 1)..], modifiers)) return null;
            }
            else if (Term(word) is { } term) terms.Add(term);
            else return null;
        }
        error = "";
        return new(terms, modifiers.GetValueOrDefault("redirect"), modifiers.GetValueOrDefault("exp"));
    }

    /// <summary>Length of the name before "=" (RFC 7208 12); 0 when the word does not begin with one.</summary>
    static int NameEnd(string word)
    {
        var end = 0;
        while (end < word.Length && (char.IsAsciiLetter(word[end]) || (end > 0 && (char.IsAsciiDigit(word[end]) || word[end] is '-' or '_' or '.')))) end++;
        return end == 0 ? word.Length : end;
    }

    /// <summary>Modifiers that are not known only have to be well-formed (RFC 7208 6).</summary>
    static bool Modifier(string name, string value, Dictionary<string, string> modifiers) =>
        name is "redirect" or "exp" ? SpfMacro.IsDomain(value) && modifiers.TryAdd(name, value) : SpfMacro.IsText(value);

    static SpfTerm? Term(string word)
    {
        SpfResult? sign = word[0] switch { '+' => SpfResult.Pass, '-' => SpfResult.Fail, '~' => SpfResult.SoftFail, '?' => SpfResult.Neutral, _ => null };
        var rest = sign is null ? word : word[1..];
        var end = rest.AsSpan().IndexOfAny(':', '/');
        var name = AsciiCase.Lower(end < 0 ? rest : rest[..end]);
        if (!Mechanisms.TryGetValue(name, out var mechanism)) return null;
        var argument = end < 0 ? "" : rest[end..];
        var term = new SpfTerm(word, sign ?? SpfResult.Pass, mechanism, "");
        return mechanism switch
        {
            SpfMechanism.All => argument.Length == 0 ? term : null,
            SpfMechanism.Ip4 or SpfMechanism.Ip6 => Network(term, argument),
            SpfMechanism.A or SpfMechanism.Mx => Masked(term, argument),
            _ => Targeted(term, argument, isNeeded: mechanism != SpfMechanism.Ptr),
        };
    }

    static SpfTerm? Targeted(SpfTerm term, string argument, bool isNeeded)
    {
        if (argument.Length == 0) return isNeeded ? null : term;
        return argument[0] == ':' && SpfMacro.IsDomain(argument[1..]) ? term with { Target = argument[1..] } : null;
    }

    /// <summary>[":" domain-spec] ["/" bits] ["//" bits]</summary>
    static SpfTerm? Masked(SpfTerm term, string argument)
    {
        if (Cut(ref argument, "//", 128) is not { } six || Cut(ref argument, "/", 32) is not { } four) return null;
        return Targeted(term with { IPv4Bits = four, IPv6Bits = six }, argument, isNeeded: false);
    }

    /// <summary>Takes the mask off the end; the most when there is none, null when it is wrong.</summary>
    static int? Cut(ref string argument, string sign, int most)
    {
        var digits = argument.Length;
        while (digits > 0 && char.IsAsciiDigit(argument[digits - 1])) digits--;
        if (!argument.AsSpan(0, digits).EndsWith(sign) || (sign.Length == 1 && argument.AsSpan(0, digits).EndsWith("//"))) return most;
        var bits = Bits(argument[digits..], most);
        argument = argument[..(digits - sign.Length)];
        return bits;
    }

    static int? Bits(string digits, int most) =>
        digits.Length is 0 or > 3 || (digits.Length > 1 && digits[0] == '0') || !int.TryParse(digits, out var bits) || bits > most ? null : bits;

    static SpfTerm? Network(SpfTerm term, string argument)
    {
        if (argument is not [':', ..]) return null;
        var (address, slash) = (argument[1..], argument.IndexOf('/'));
        var most = term.Mechanism == SpfMechanism.Ip4 ? 32 : 128;
        int? bits = most;
        if (slash >= 0) (bits, address) = (Bits(argument[(slash + 1)..], most), argument[1..slash]);
        return bits is { } mask && IpNetwork.TryAddress(address, out var parsed) && parsed.AddressFamily == Family(term.Mechanism) ? term with { Network = new IpNetwork(parsed, mask) } : null;
    }

    static System.Net.Sockets.AddressFamily Family(SpfMechanism mechanism) =>
        mechanism == SpfMechanism.Ip4 ? System.Net.Sockets.AddressFamily.InterNetwork : System.Net.Sockets.AddressFamily.InterNetworkV6;
}
