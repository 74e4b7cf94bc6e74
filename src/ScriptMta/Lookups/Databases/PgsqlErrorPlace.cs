using ScriptMta.Common;

namespace ScriptMta.Lookups;

/// <summary>The line of a query with a mark below the place of an error, cut as libpq cuts it: at most 60 characters, of which 10 stay behind the place.</summary>
static class PgsqlErrorPlace
{
    const int Shown = 60;
    const int ShownBehind = 10;

    /// <param name="position">From 1, in characters of the query.</param>
    public static string Show(string query, int position)
    {
        var text = Latin1.ToUnicode(query).Replace('\t', ' ');
        if (position > text.Length + 1) return "";
        var at = position - 1;
        var start = text.LastIndexOf('\n', Math.Max(at - 1, 0), Math.Max(at, 0)) + 1;
        var end = text.IndexOf('\n', at) is var next and >= 0 ? next : text.Length;
        var number = text.AsSpan(0, start).Count('\n') + 1;
        var (from, to) = Cut(start, end, at);
        var head = $"LINE {number}: {(from > start ? "..." : "")}";
        return Latin1.FromUnicode($"{head}{text[from..to]}{(to < end ? "..." : "")}\n{new string(' ', head.Length + at - from)}^\n");
    }

    static (int From, int To) Cut(int start, int end, int at)
    {
        if (end - start <= Shown) return (start, end);
        if (at - start + ShownBehind <= Shown) return (start, start + Shown);
        var to = Math.Min(at + ShownBehind, end);
        return (to - Shown, to);
    }
}
