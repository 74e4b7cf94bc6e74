using System.Text;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>
/// A list that an expansion made, as <see cref="ListSyntax"/> reads it; and the way to write one. Enumerates with foreach, without an allocation of its own.
/// </summary>
readonly struct ListText(string text)
{
    public char Separator => ListSyntax.Separator(text, out _);

    public Enumerator GetEnumerator() => new(text);

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

    public struct Enumerator
    {
        readonly string _text;
        readonly char _separator;
        int _position;

        public Enumerator(string text)
        {
            _text = text;
            _separator = ListSyntax.Separator(text, out _position);
        }

        public string Current { get; private set; } = "";

        public bool MoveNext()
        {
            if (!ListSyntax.TryNext(_text, _separator, ref _position, out var item)) return false;
            Current = item.Text;
            return true;
        }
    }
}
