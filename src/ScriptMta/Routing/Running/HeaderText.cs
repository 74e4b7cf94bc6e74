using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>Header fields from an option's text: one a line, lines that begin with white space continue the one before. Lines without a name are left out.</summary>
static class HeaderText
{
    public static IEnumerable<HeaderField> Fields(string text)
    {
        HeaderField? field = null;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd('\r');
            if (line.Length > 0 && line[0] is ' ' or '\t' && field is not null) field = field with { Body = field.Body + "\n" + line };
            else if (line.TrimSpace().Length > 0)
            {
                if (field is not null) yield return field;
                field = Field(line);
            }
        }
        if (field is not null) yield return field;
    }

    static HeaderField? Field(string line)
    {
        var colon = line.IndexOf(':');
        if (colon <= 0 || line.AsSpan(0, colon).TrimSpaceAtEnd().ContainsAnyInRange('\0', ' ')) return null;
        return new(line[..colon].TrimSpaceAtEnd(), line[(colon + 1)..]);
    }
}
