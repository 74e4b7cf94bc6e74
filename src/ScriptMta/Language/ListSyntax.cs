using System.Text;

namespace ScriptMta.Language;

/// <summary>An item without the white space round it, doubled separators made single; Offset is its first character in the list's text.</summary>
readonly record struct ListItem(string Text, int Offset);

/// <summary>
/// Exim's list syntax (chapters 6.20 to 6.22), the same for all kinds of list: items between colons, or between the character that `&lt;` names.
/// A doubled separator stands for itself, unless it is a control character. An empty item at the end does not count.
/// </summary>
static class ListSyntax
{
    public static IEnumerable<ListItem> Split(string text)
    {
        var separator = Separator(text, out var position);
        while (TryNext(text, separator, ref position, out var item)) yield return item;
    }

    /// <summary>The list's own separator, or a colon; start is where the first item may begin.</summary>
    public static char Separator(string text, out int start)
    {
        start = CharKinds.SkipSpace(text, 0);
        if (start == text.Length - 1 && text[start] == '<') start = text.Length; // to Exim the end of the text is the separator
        if (!NamesSeparator(text, start)) return ':';
        start += 2;
        return text[start - 1];
    }

    /// <summary>The item at or after position, which is moved behind it; false at the end. For callers that must not allocate an iterator.</summary>
    public static bool TryNext(string text, char separator, ref int position, out ListItem item)
    {
        position = SkipSpaceButSeparator(text, position, separator);
        item = position < text.Length ? Next(text, ref position, separator) : default;
        return item.Text is not null;
    }

    static bool NamesSeparator(string text, int position) =>
        position + 1 < text.Length && text[position] == '<' && (CharKinds.IsPunctuation(text[position + 1]) || CharKinds.IsControl(text[position + 1]));

    static int SkipSpaceButSeparator(string text, int position, char separator)
    {
        while (position < text.Length && CharKinds.IsSpace(text[position]) && text[position] != separator) position++;
        return position;
    }

    static ListItem Next(string text, ref int position, char separator)
    {
        var start = position;
        var doubles = !CharKinds.IsControl(separator);
        StringBuilder? joined = null;
        for (var from = start; ; from = position)
        {
            var end = text.IndexOf(separator, from);
            if (end < 0) end = text.Length;
            var doubled = doubles && end + 1 < text.Length && text[end + 1] == separator;
            position = Math.Min(text.Length, end + (doubled ? 2 : 1));
            if (doubled) (joined ??= new()).Append(text, from, end + 1 - from);
            else if (joined is null) return new(TrimEnd(text[start..end]), start);
            else return new(TrimEnd(joined.Append(text, from, end - from).ToString()), start);
        }
    }

    static string TrimEnd(string item) => item[..CharKinds.TrimmedEnd(item)];
}
