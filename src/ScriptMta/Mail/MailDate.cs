using System.Globalization;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>Dates of messages: RFC 5322 3.3, and the obsolete zones and years of 4.3.</summary>
static class MailDate
{
    /// <summary><c>Sat, 21 Nov 2026 06:08:53 +0000</c>, in the offset that the time has.</summary>
    public static string Format(DateTimeOffset time) =>
        time.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + Zone(time.Offset);

    /// <summary><c>+hhmm</c> or <c>-hhmm</c>.</summary>
    public static string Zone(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hhmm", CultureInfo.InvariantCulture);

    /// <summary>The separator line of an mbox: <c>Sat Nov 21 06:08:53 2026</c>, local time.</summary>
    public static string FormatMbox(DateTimeOffset time) => time.ToString("ddd MMM ", CultureInfo.InvariantCulture)
        + time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + time.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        var words = Words(text);
        var at = words.Count > 0 && !char.IsAsciiDigit(words[0][0]) ? 1 : 0; // the day of the week is not checked
        if (words.Count < at + 4 || !int.TryParse(words[at], NumberStyles.None, null, out var day)) return false;
        var month = Array.IndexOf(Months, words[at + 1].Length < 3 ? "" : words[at + 1][..3].LowerAscii()) + 1;
        if (month == 0 || !TryYear(words[at + 2], out var year) || !TryClock(words[at + 3], out var clock)) return false;
        if (year is < 1 or > 9998 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        var offset = words.Count > at + 4 ? Offset(words[at + 4]) : TimeSpan.Zero;
        time = new DateTimeOffset(new DateTime(year, month, day) + clock, TimeSpan.Zero) - offset;
        time = time.ToOffset(offset);
        return true;
    }

    static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Longest date text that is looked at: no real one has more than some 60 characters with its comments.</summary>
    const int MaxLength = 1000;

    /// <summary>Words between white space, commas and comments.</summary>
    static List<string> Words(string text)
    {
        var words = new List<string>();
        var depth = 0;
        var start = -1;
        for (var i = 0; i <= Math.Min(text.Length, MaxLength); i++)
        {
            var c = i < text.Length && i < MaxLength ? text[i] : ' ';
            if (c == ')' && depth > 0) { depth--; continue; }
            var outside = depth == 0;
            if (c == '(') depth++;
            if (outside && c is not (' ' or '\t' or '\r' or '\n' or ',' or '(')) { if (start < 0) start = i; }
            else if (start >= 0)
            {
                words.Add(text[start..i]);
                start = -1;
            }
        }
        return words;
    }

    /// <summary>RFC 5322 4.3: two digits below 50 mean 20xx, others and three digits count from 1900.</summary>
    static bool TryYear(string word, out int year)
    {
        if (word.Length is < 2 or > 4 || !int.TryParse(word, NumberStyles.None, null, out year)) { year = 0; return false; }
        if (word.Length == 2) year += year < 50 ? 2000 : 1900;
        else if (word.Length == 3) year += 1900;
        return true;
    }

    static bool TryClock(string word, out TimeSpan clock)
    {
        clock = default;
        var parts = word.Split(':');
        if (parts.Length is < 2 or > 3) return false;
        Span<int> values = stackalloc int[3];
        for (var i = 0; i < parts.Length; i++)
            if (parts[i].Length is 0 or > 2 || !int.TryParse(parts[i], NumberStyles.None, null, out values[i])) return false;
        clock = new(values[0], values[1], Math.Min(values[2], 59)); // a leap second is the second before it
        return values[0] < 24 && values[1] < 60 && values[2] <= 60;
    }

    /// <summary>RFC 5322 4.3: the American zones; every other letter zone means an unknown one, which counts as UTC.</summary>
    static TimeSpan Offset(string word)
    {
        if (word.Length == 5 && word[0] is '+' or '-' && int.TryParse(word.AsSpan(1), NumberStyles.None, null, out var digits) && digits % 100 < 60 && digits <= 1400)
            return TimeSpan.FromMinutes((digits / 100 * 60 + digits % 100) * (word[0] == '-' ? -1 : 1));
        return TimeSpan.FromHours(word.UpperAscii() switch { "EDT" => -4, "EST" or "CDT" => -5, "CST" or "MDT" => -6, "MST" or "PDT" => -7, "PST" => -8, _ => 0 });
    }
}
