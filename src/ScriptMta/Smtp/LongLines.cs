using System.Text;

namespace ScriptMta.Smtp;

/// <summary>Texts that rules write become lines that fit (RFC 5321 4.5.3.1.5 allows 512 octets; Exim aims at 75).</summary>
static class LongLines
{
    const int Aim = 75;
    /// <summary>A line is not made shorter than this: then it is broken at the first space after the aim.</summary>
    const int Shortest = 36;

    public static string Broken(string text)
    {
        if (text.Length <= Aim) return text;
        var result = new StringBuilder(text.Length);
        foreach (var line in text.Split('\n'))
        {
            var rest = line;
            while (rest.Length > Aim && BreakOf(rest) is >= 0 and var at)
            {
                result.Append(rest, 0, at).Append('\n');
                rest = rest[(at + 1)..];
            }
            result.Append(rest).Append('\n');
        }
        result.Length--;
        return result.ToString();
    }

    /// <summary>The last space that fits; one after a colon is better.</summary>
    static int BreakOf(string line)
    {
        for (var at = Math.Min(Aim, line.Length - 1); at >= Shortest; at--)
            if (line[at] == ' ' && line[at - 1] == ':') return at;
        return SpaceOf(line);
    }

    static int SpaceOf(string line) => line.LastIndexOf(' ', Aim, Aim + 1 - Shortest) is >= 0 and var at ? at : line.IndexOf(' ', Aim);
}
