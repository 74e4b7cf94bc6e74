using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>Taking one part out of text: by number between separators, or by name among name=value pairs.</summary>
static class Fields
{
    public static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits.Length != 0 && digits.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary>White space round the number is allowed; more digits than fit count as very many.</summary>
    public static int FieldNumber(string text) => int.TryParse(text.TrimSpace(), out var number) ? number : text.Contains('-') ? int.MinValue : int.MaxValue;

    /// <summary>Field n from 1, from the end when negative; 0 is the whole text; null = there is none. Any one of the separators ends a field.</summary>
    public static string? Pick(string text, string separators, int number)
    {
        if (number == 0) return text;
        if (separators.Length == 0) return number is 1 or -1 ? text : null;
        var fields = new List<Range>();
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && !separators.Contains(text[at])) continue;
            fields.Add(start..at);
            start = at + 1;
        }
        var index = number > 0 ? number - 1L : fields.Count + (long)number;
        return index >= 0 && index < fields.Count ? text[fields[(int)index]] : null;
    }

    /// <summary>The value of a name in <c>name=value name="quoted value"</c>, names without case; null = no such name.</summary>
    public static string? Named(string text, string name)
    {
        var at = SkipSpace(text, 0);
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && text[at] != '=' && !TemplateReader.IsSpace(text[at])) at++;
            var key = text.AsSpan(start, at - start);
            at = SkipSpace(text, at);
            if (at < text.Length && text[at] == '=') at = SkipSpace(text, at + 1);
            var value = Dequote(text, ref at);
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return value;
            at = SkipSpace(text, at);
        }
        return null;
    }

    /// <summary>Text up to white space, or within double quotes where backslash escapes count.</summary>
    public static string Dequote(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '"')
        {
            var start = at;
            while (at < text.Length && !TemplateReader.IsSpace(text[at])) at++;
            return text[start..at];
        }
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"';)
        {
            var c = text[at++];
            value.Append(c == '\\' && at < text.Length ? Escape.Read(text, ref at) : c);
        }
        if (at < text.Length) at++;
        return value.ToString();
    }

    static int SkipSpace(string text, int at)
    {
        while (at < text.Length && TemplateReader.IsSpace(text[at])) at++;
        return at;
    }
}
