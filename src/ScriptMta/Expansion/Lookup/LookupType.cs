namespace ScriptMta.Expansion;

enum LookupDefault { None, Star, StarAt }

/// <summary>The decorated name of a lookup type taken apart (Exim 9.2, 9.6, 9.7): <c>[partial[N]-|partial[N](affix)]NAME[*|*@][,option…]</c>.</summary>
sealed record LookupType(string Name, PartialMatch? Partial, LookupDefault Default, IReadOnlyList<string> Options)
{
    public static LookupType? Parse(string text, out string error)
    {
        error = "";
        var comma = text.IndexOf(',');
        string[] options = comma < 0 ? [] : text[(comma + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var name = comma < 0 ? text : text[..comma];
        var (end, fallback) = name.EndsWith("*@", StringComparison.Ordinal) ? (name.Length - 2, LookupDefault.StarAt)
            : name.EndsWith('*') ? (name.Length - 1, LookupDefault.Star) : (name.Length, LookupDefault.None);
        name = name[..end];
        PartialMatch? partial = null;
        if (name.StartsWith("partial", StringComparison.Ordinal) && (partial = PartialMatch.Parse(ref name)) is null)
        {
            error = $"format error in lookup type \"{text}\"";
            return null;
        }
        return new(name, partial, fallback, options);
    }
}

/// <summary>Partial matching: at least Minimum components must stay, and Affix stands before what stays.</summary>
sealed record PartialMatch(int Minimum, string Affix)
{
    const int DefaultMinimum = 2;

    /// <summary>Takes "partial…" off the front of the name.</summary>
    public static PartialMatch? Parse(ref string name)
    {
        var at = "partial".Length;
        var minimum = DefaultMinimum;
        var digits = at;
        while (digits < name.Length && char.IsAsciiDigit(name[digits])) digits++;
        if (digits > at && !int.TryParse(name.AsSpan(at, digits - at), out minimum)) return null;
        at = digits;
        if (at < name.Length && name[at] == '-')
        {
            name = name[(at + 1)..];
            return new(minimum, "*.");
        }
        if (at >= name.Length || name[at] != '(') return null;
        var close = name.IndexOf(')', at);
        if (close < 0) return null;
        var affix = name[(at + 1)..close];
        name = name[(close + 1)..];
        return affix.All(char.IsAsciiLetterOrDigit) && affix.Length > 0 ? null : new(minimum, affix);
    }

    /// <summary>The keys to try after the exact one, each with what it leaves off ($1) and what it keeps ($2).</summary>
    public IEnumerable<(string Wild, string Kept, string Key)> Candidates(string key)
    {
        if (Affix.Length > 0 && Components(key) >= Minimum) yield return ("", key, Affix + key);
        for (var dot = key.IndexOf('.'); dot >= 0; dot = key.IndexOf('.', dot + 1))
        {
            var rest = key[(dot + 1)..];
            if (Components(rest) < Math.Max(Minimum, 1)) break;
            yield return (key[..dot], rest, Affix + rest);
        }
        if (Minimum == 0 && Last is { } last) yield return (key[..(key.LastIndexOf('.') + 1)], "", last);
    }

    /// <summary>Exim 9.7: what is looked up when no component is left.</summary>
    string? Last => Affix.Length == 0 ? null : Affix.Length > 1 && Affix.EndsWith('.') ? Affix[..^1] : Affix;

    static int Components(string text) => text.Length == 0 ? 0 : text.AsSpan().Count('.') + 1;
}
