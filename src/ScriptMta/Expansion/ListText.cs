using System.Text;

namespace ScriptMta.Expansion;

/// <summary>
/// The text of a list as Exim writes one (chapter 6.21): ":" between items or the punctuation or control character that "&lt;x" at the start names, a doubled separator
/// for the character itself, white space round items ignored, nothing after a last separator. Enumerates with foreach.
/// </summary>
readonly struct ListText(string text)
{
    public char Separator => HasOwnSeparator(out _) ? text[SeparatorAt] : ':';

    public Enumerator GetEnumerator() => new(text, Separator, HasOwnSeparator(out var start) ? start : 0);

    public int Count()
    {
        var count = 0;
        foreach (var _ in this) count++;
        return count;
    }

    public List<string> ToList()
    {
        var items = new List<string>();
        foreach (var item in this) items.Add(item);
        return items;
    }

    int SeparatorAt => text.Length - text.AsSpan().TrimStart(Space).Length + 1;

    bool HasOwnSeparator(out int start)
    {
        var at = SeparatorAt;
        start = at + 1;
        return at < text.Length && text[at - 1] == '<' && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is ' ' or > '~' ? char.IsControl(text[at]) && text[at] < '\x80' : true);
    }

    const string Space = " \t\n\v\f\r";

    /// <summary>Appends an item so that reading gives it back: separators doubled, and a space before an item that would otherwise merge with the separator before it.</summary>
    public static void AppendItem(StringBuilder list, bool first, string item, char separator)
    {
        if (!first)
        {
            list.Append(separator);
            if (item.Length == 0 || item[0] == separator) list.Append(' ');
        }
        foreach (var c in item)
        {
            list.Append(c);
            if (c == separator) list.Append(c);
        }
    }

    public struct Enumerator(string text, char separator, int at)
    {
        public string Current { get; private set; } = "";

        public bool MoveNext()
        {
            while (at < text.Length && text[at] != separator && TemplateReader.IsSpace(text[at])) at++;
            if (at >= text.Length) return false;
            var start = at;
            StringBuilder? built = null;
            for (; at < text.Length; at++)
            {
                if (text[at] != separator) continue;
                if (at + 1 >= text.Length || text[at + 1] != separator || char.IsControl(separator)) break;
                (built ??= new()).Append(text, start, at + 1 - start);
                start = ++at + 1;
            }
            var end = Math.Min(at, text.Length);
            Current = built is null ? text[start..end].TrimEnd(' ', '\t', '\n', '\v', '\f', '\r') : built.Append(text, start, end - start).ToString().TrimEnd(' ', '\t', '\n', '\v', '\f', '\r');
            at++;
            return true;
        }
    }
}
