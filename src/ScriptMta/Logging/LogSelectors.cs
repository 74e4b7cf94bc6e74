using System.Collections.Frozen;

namespace ScriptMta.Logging;

/// <summary>log_selector: a list of +name and -name over the defaults (Exim chapter 52.15).</summary>
static class LogSelectors
{
    /// <summary>Every selector of Exim 4.9x; "all" stands for the whole table.</summary>
    public static readonly FrozenSet<string> Known = LogSelectorTable.Rows.Select(row => row.Name).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Applies the text to the defaults; <paramref name="complain"/> gets one message per wrong word, in Exim's wording.</summary>
    public static LogOptions Parse(string text, Action<string> complain)
    {
        var on = new HashSet<string>(LogOptions.Default.Selectors, StringComparer.Ordinal);
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            Apply(word, on, complain);
        return new LogOptions(on);
    }

    static void Apply(string word, HashSet<string> on, Action<string> complain)
    {
        // "+a-b" is two words for Exim too: each sign begins a new one.
        foreach (var (sign, name) in Signed(word))
        {
            if (sign == '\0') complain($"malformed log_selector setting: + or - expected but found \"{name}\"");
            else if (name != "all" && !Known.Contains(name)) complain($"unknown log_selector setting: {sign}{name}");
            else if (sign == '+') on.UnionWith(name == "all" ? Known : [name]);
            else on.ExceptWith(name == "all" ? Known : [name]);
        }
    }

    static IEnumerable<(char Sign, string Name)> Signed(string word)
    {
        if (word[0] is not ('+' or '-'))
        {
            yield return ('\0', word);
            yield break;
        }
        for (var start = 0; start < word.Length;)
        {
            var next = word.AsSpan(start + 1).IndexOfAny('+', '-');
            var end = next < 0 ? word.Length : start + 1 + next;
            yield return (word[start], word[(start + 1)..end]);
            start = end;
        }
    }
}
