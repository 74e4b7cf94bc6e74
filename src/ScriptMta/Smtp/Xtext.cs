using System.Globalization;
using System.Text;

namespace ScriptMta.Smtp;

/// <summary>RFC 3461 4: how a parameter carries characters that its syntax has no room for, as "+" and two upper-case hexadecimal digits.</summary>
static class Xtext
{
    /// <summary>False when the text is none: a character outside of "!" to "~", an "=", or a "+" without its digits.</summary>
    public static bool TryDecode(string text, out string decoded)
    {
        var result = new StringBuilder(text.Length);
        decoded = "";
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is < '!' or > '~' or '=') return false;
            if (text[at] != '+') result.Append(text[at]);
            else if (at + 2 < text.Length && IsDigit(text[at + 1]) && IsDigit(text[at + 2]))
            {
                result.Append((char)byte.Parse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                at += 2;
            }
            else return false;
        }
        decoded = result.ToString();
        return true;
    }

    public static string Encode(string bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var c in bytes)
            if (c is >= '!' and <= '~' and not ('+' or '=')) text.Append(c);
            else text.Append(CultureInfo.InvariantCulture, $"+{(int)c:X2}");
        return text.ToString();
    }

    static bool IsDigit(char c) => c is (>= '0' and <= '9') or (>= 'A' and <= 'F');
}
