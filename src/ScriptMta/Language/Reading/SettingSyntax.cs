using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>`[hide] name [= value]` (Exim chapter 6.11), for options and, after their own words, for named lists.</summary>
static class SettingSyntax
{
    /// <summary>Null when the line does not begin like a setting, which has then been reported.</summary>
    public static Setting? Read(LogicalLine line, ProblemList problems)
    {
        var text = line.Text;
        var start = SkipHide(text);
        var nameEnd = CharKinds.SkipName(text, start);
        if (start >= text.Length || !char.IsAsciiLetter(text[start]))
        {
            problems.Error(line.PlaceOf(start), $"option setting expected: {text[start..]}");
            return null;
        }
        var name = text[start..nameEnd];
        var at = line.PlaceOf(start);
        var next = CharKinds.SkipSpace(text, nameEnd);
        if (next >= text.Length) return new(name, at, null, start > 0);
        if (text[next] != '=') return new(name, at, null, start > 0) { Stray = new(text[next..], line.PlaceOf(next)) };
        var value = ReadValue(line, next + 1, name, problems, out var quoted);
        return new(name, at, value, start > 0) { Quoted = quoted };
    }

    /// <summary>The value after an "=": the rest of the line, or a quoted string that nothing may follow.</summary>
    public static OptionText ReadValue(LogicalLine line, int afterEquals, string name, ProblemList problems, out bool quoted)
    {
        var start = CharKinds.SkipSpace(line.Text, afterEquals);
        quoted = start < line.Text.Length && line.Text[start] == '"';
        if (!quoted) return new(line.Text[start..], line.PlaceOf(start));
        var (value, end) = QuotedText.Read(line.Text, start);
        if (end < 0)
            problems.Error(line.PlaceOf(start), $"missing quote at end of string value for {name}");
        else if (CharKinds.SkipSpace(line.Text, end) is var rest && rest < line.Text.Length)
            problems.Error(line.PlaceOf(rest), $"extra characters follow string value for {name}");
        else if (value.Contains('\0'))
            problems.Error(line.PlaceOf(start), $"a NUL character in the string value for {name}");
        return new(value, line.PlaceOf(start));
    }

    /// <summary>Where the name begins.</summary>
    public static int SkipHide(string text) =>
        text.StartsWith("hide", StringComparison.Ordinal) && text.Length > 4 && CharKinds.IsSpace(text[4]) ? CharKinds.SkipSpace(text, 4) : 0;
}
