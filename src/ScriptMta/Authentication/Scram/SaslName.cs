using System.Text;

namespace ScriptMta.Authentication;

/// <summary>saslname (RFC 5802 5.1): a comma is written "=2C" and an equals sign "=3D"; no other "=" and no NUL may be in it.</summary>
static class SaslName
{
    public static string Encode(string name) => name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    public static bool TryDecode(string text, out string name)
    {
        var result = new StringBuilder(text.Length);
        name = "";
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\0') return false;
            if (text[at] != '=') { result.Append(text[at]); continue; }
            if (string.CompareOrdinal(text, at, "=2C", 0, 3) == 0) result.Append(',');
            else if (string.CompareOrdinal(text, at, "=3D", 0, 3) == 0) result.Append('=');
            else return false;
            at += 2;
        }
        name = result.ToString();
        return true;
    }
}
