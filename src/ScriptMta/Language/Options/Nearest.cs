namespace ScriptMta.Language;

/// <summary>"Did you mean": the known name that the fewest slips of a finger turn into the one written.</summary>
static class Nearest
{
    /// <summary>Longer texts are not misspelt names, and the work grows with the square of the length.</summary>
    const int LongestName = 64;

    /// <summary>` (did you mean "x"?)`, or nothing when no name is near.</summary>
    public static string Hint(string written, IEnumerable<string> known) =>
        Find(written, known) is { } name ? $" (did you mean \"{name}\"?)" : "";

    /// <summary>The nearest name within a third of its length, at most three slips; the first in ordinal order among equals.</summary>
    public static string? Find(string written, IEnumerable<string> known)
    {
        if (written.Length > LongestName) return null;
        var limit = Math.Min(3, Math.Max(1, written.Length / 3));
        return known.Where(name => Math.Abs(name.Length - written.Length) <= limit)
            .Select(name => (Name: name, Slips: Distance(written, name)))
            .Where(x => x.Slips <= limit)
            .OrderBy(x => x.Slips).ThenBy(x => x.Name, StringComparer.Ordinal)
            .Select(x => x.Name).FirstOrDefault();
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
