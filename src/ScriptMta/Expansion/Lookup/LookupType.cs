namespace ScriptMta.Expansion;

enum LookupDefault { None, Star, StarAt }

/// <summary>
/// The decorated name of a lookup type taken apart (Exim 9.2, 9.6, 9.7): <c>[partial[N]-|partial[N](affix)]NAME[*|*@][,option…]</c>. Unprefixed is all that follows "partial…", as
/// error texts name it.
/// </summary>
sealed record LookupType(string Name, string Unprefixed, PartialMatch? Partial, LookupDefault Default, IReadOnlyList<string> Options)
{
    public static LookupType? Parse(string text, out string error)
    {
        error = "";
        var name = text;
        PartialMatch? partial = null;
        if (name.StartsWith("partial", StringComparison.Ordinal) && (partial = PartialMatch.Parse(ref name)) is null)
        {
            error = $"format error in lookup type \"{text}\"";
            return null;
        }
        // Exim looks for the star before the comma, and takes no notice of what stands between the two.
        var star = name.IndexOf('*');
        var comma = name.IndexOf(',', Math.Max(star, 0));
        string[] options = comma < 0 ? [] : name[(comma + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries);
        var fallback = star < 0 ? LookupDefault.None : name.AsSpan(star + 1).StartsWith("@") ? LookupDefault.StarAt : LookupDefault.Star;
        return new(star >= 0 ? name[..star] : comma >= 0 ? name[..comma] : name, name, partial, fallback, options);
    }
}

/// <summary>Partial matching: at least Minimum components must stay, and Affix stands before what stays.</summary>
sealed record PartialMatch(int Minimum, string Affix)
{
    const int DefaultMinimum = 2;
    // More components than a key can have; Exim lets larger numbers wrap round.
    const int ManyComponents = 1_000_000;

    /// <summary>Takes "partial…" off the front of the name.</summary>
    public static PartialMatch? Parse(ref string name)
    {
        var at = "partial".Length;
        var minimum = DefaultMinimum;
        var digits = at;
        while (digits < name.Length && char.IsAsciiDigit(name[digits])) digits++;
        if (digits > at && !int.TryParse(name.AsSpan(at, digits - at), out minimum)) minimum = ManyComponents;
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
        return affix.All(c => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c)) ? new(minimum, affix) : null;
    }

    /// <summary>The keys to try after the exact one, each with what it leaves off ($1) and what it keeps ($2). As in Exim the whole key is tried whatever the minimum is.</summary>
    public IEnumerable<(string Wild, string Kept, string Key)> Candidates(string key)
    {
        if (Affix.Length > 0) yield return ("", key, Affix + key);
        var start = 0;
        for (var dots = key.AsSpan().Count('.'); dots >= Minimum; dots--)
        {
            var dot = key.IndexOf('.', start);
            if (dot < 0)
            {
                // $1 is what Exim makes it: all of the key but its last character.
                if (Last is { } last) yield return (key[..Math.Max(key.Length - 1, 0)], "", last);
                yield break;
            }
            start = dot + 1;
            yield return (key[..dot], key[start..], Affix + key[start..]);
        }
    }

    /// <summary>Exim 9.7: what is looked up when no component is left.</summary>
    string? Last => Affix.Length == 0 ? null : Affix.Length > 1 && Affix.EndsWith('.') ? Affix[..^1] : Affix;
}
