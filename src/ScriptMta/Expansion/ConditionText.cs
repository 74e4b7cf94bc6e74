namespace ScriptMta.Expansion;

/// <summary>How Exim takes text for a truth value: `condition` options of routers and ACLs, and the bool and bool_lax conditions.</summary>
static class ConditionText
{
    /// <summary>Strict: empty, "0", "no", "false" are false; "yes", "true" and any other number are true ("-" alone is 0); null = neither. Case does not matter, space around does not either.</summary>
    public static bool? IsTrue(string text)
    {
        var trimmed = text.AsSpan().Trim(Space);
        if (trimmed.Length == 0) return false;
        var digits = trimmed[0] == '-' ? trimmed[1..] : trimmed;
        if (digits.IndexOfAnyExceptInRange('0', '9') < 0) return digits.IndexOfAnyExcept('0') >= 0;
        if (Is(trimmed, "true") || Is(trimmed, "yes")) return true;
        if (Is(trimmed, "false") || Is(trimmed, "no")) return false;
        return null;
    }

    /// <summary>Lax (a router's `condition`, bool_lax): everything that is not false is true, and of numbers only a single "0" or "-" is false.</summary>
    public static bool IsTrueLax(string text) => text.AsSpan().Trim(Space) is not (['0' or '-', _, ..]) and var trimmed ? IsTrue(trimmed.ToString()) ?? true : true;

    const string Space = " \t\n\r\v\f";

    static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
