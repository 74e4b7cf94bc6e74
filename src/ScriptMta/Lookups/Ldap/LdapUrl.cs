using System.Globalization;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

enum LdapScope { Base, One, Subtree }

/// <summary>An LDAP URL taken apart (RFC 4516): <c>scheme://host:port/dn?attributes?scope?filter?extensions</c>, decoded. Extensions are not looked at, as in Exim.</summary>
/// <param name="Host">Empty: not given. With a slash: a socket.</param>
/// <param name="Port">0: not given.</param>
sealed record LdapUrl(string Scheme, string Host, int Port, string BaseName, IReadOnlyList<string> Attributes, LdapScope Scope, string Filter)
{
    public const string DefaultFilter = "(objectClass=*)";

    // libldap's codes for a URL that it cannot read; Exim's message shows them.
    const int BadUrl = 5, BadScope = 8;
    const int MostParts = 5;

    /// <summary>Null with libldap's code.</summary>
    public static LdapUrl? Parse(string text, out int error)
    {
        error = BadUrl;
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        if (colon < 0) return null;
        var rest = text[(colon + 3)..];
        var slash = rest.IndexOf('/');
        var place = slash < 0 ? rest : rest[..slash];
        var parts = slash < 0 ? [""] : rest[(slash + 1)..].Split('?');
        if (parts.Length > MostParts || !TryPlace(place, out var host, out var port)) return null;
        var scope = LdapScope.Base;
        if (parts.Length > 2 && parts[2].Length > 0 && !TryScope(parts[2], out scope))
        {
            error = BadScope;
            return null;
        }
        var attributes = parts.Length > 1 ? parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Decode).ToList() : [];
        var filter = parts.Length > 3 ? Decode(parts[3]) : "";
        return new(AsciiCase.Lower(text[..colon]), host, port, Decode(parts[0]), attributes, scope, filter.Length > 0 ? filter : DefaultFilter);
    }

    /// <summary>A wrong escape ends the text, as it does in libldap.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%')) return text;
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%') decoded.Append(text[i]);
            else if (i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out var value))
            {
                decoded.Append((char)value);
                i += 2;
            }
            else break;
        }
        return decoded.ToString();
    }

    static bool TryPlace(string place, out string host, out int port)
    {
        port = 0;
        var colon = place.LastIndexOf(':');
        if (colon >= 0 && place.IndexOf(']', colon) >= 0) colon = -1;
        host = Decode(colon < 0 ? place : place[..colon]).Trim('[', ']');
        var isNumber = colon < 0 || int.TryParse(place.AsSpan(colon + 1), NumberStyles.None, null, out port);
        return isNumber && place.StartsWith('[') == place.Contains(']');
    }

    static bool TryScope(string text, out LdapScope scope)
    {
        (var known, scope) = AsciiCase.Lower(text) switch
        {
            "base" => (true, LdapScope.Base),
            "one" or "onelevel" => (true, LdapScope.One),
            "sub" or "subtree" => (true, LdapScope.Subtree),
            _ => (false, LdapScope.Base),
        };
        return known;
    }
}
