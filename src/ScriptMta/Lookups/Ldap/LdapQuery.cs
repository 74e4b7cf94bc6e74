using System.Globalization;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

enum LdapAliases { Never, Searching, Finding, Always }

/// <summary>A query taken apart (Exim 9.18): settings, then a URL. Seconds and entries are 0 where no limit is set.</summary>
sealed record LdapQuery
{
    // Exim shows as much of what is no LDAP URL.
    const int ShownUrl = 16;

    static readonly string[] Schemes = ["ldap://", "ldaps://", "ldapi://"];

    public string? User { get; private set; }
    public string? Password { get; private set; }
    public string? Servers { get; private set; }
    public int NetworkSeconds { get; private set; }
    public int TimeLimit { get; private set; }
    public int SizeLimit { get; private set; }
    public LdapAliases Aliases { get; private set; }
    public bool FollowsReferrals { get; private set; } = true;
    public string Url { get; private set; } = "";

    /// <summary>For another server that this one refers to.</summary>
    public LdapQuery Anonymous() => this with { User = null, Password = null, FollowsReferrals = false };

    /// <summary>Null with Exim's text.</summary>
    public static LdapQuery? Parse(string text, out string error)
    {
        var query = new LdapQuery();
        var at = SkipSpace(text, 0);
        error = "";
        while (!AsciiCase.StartsWith(text.AsSpan(at), "ldap"))
        {
            if (!TakeSetting(query, text, ref at, out error)) return null;
            at = SkipSpace(text, at);
        }
        query.Url = text[at..];
        if (!Schemes.Any(start => AsciiCase.StartsWith(query.Url, start)))
        {
            error = $"LDAP URL does not start with \"ldap://\", \"ldaps://\", or \"ldapi://\" (it starts with \"{query.Url[..Math.Min(query.Url.Length, ShownUrl)]}...\")";
            return null;
        }
        return query;
    }

    static bool TakeSetting(LdapQuery query, string text, ref int at, out string error)
    {
        error = "malformed parameter setting precedes LDAP URL";
        var equals = text.IndexOf('=', at);
        if (equals < 0) return false;
        var name = text[at..equals];
        at = equals + 1;
        if (Value(text, ref at) is not { } value || at >= text.Length) return false;
        error = query.Set(AsciiCase.Lower(name), value) ?? $"unknown parameter \"{name}=\" precedes LDAP URL";
        return error.Length == 0;
    }

    /// <summary>Null for a name that is not known; empty when it was set; else what is wrong with the value.</summary>
    string? Set(string name, string value)
    {
        switch (name)
        {
            case "user": User = LdapUrl.Decode(value); break;
            case "pass": Password = value; break;
            case "servers": Servers = value; break;
            case "nettime" or "connect": NetworkSeconds = Number(value); break;
            case "time": TimeLimit = Number(value); break;
            case "size": SizeLimit = Number(value); break;
            case "dereference": Aliases = Enum.TryParse<LdapAliases>(value, ignoreCase: true, out var aliases) ? aliases : LdapAliases.Never; break;
            case "referrals" when AsciiCase.Lower(value) is "follow" or "nofollow": FollowsReferrals = AsciiCase.Lower(value) == "follow"; break;
            case "referrals": return "LDAP option REFERRALS is not \"follow\" or \"nofollow\"";
            default: return null;
        }
        return "";
    }

    /// <summary>As Exim reads them: the digits in front; none are 0.</summary>
    static int Number(string text)
    {
        var sign = text.StartsWith('-') ? 1 : 0;
        var digits = text.AsSpan(sign).IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length - sign;
        return int.TryParse(text.AsSpan(0, sign + digits), NumberStyles.AllowLeadingSign, null, out var number) ? number : 0;
    }

    /// <summary>To the next space, or between quotes with backslashes; null without a closing quote, or with something right behind it.</summary>
    static string? Value(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '"')
        {
            var start = at;
            while (at < text.Length && !IsSpace(text[at])) at++;
            return text[start..at];
        }
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return at < text.Length && !IsSpace(text[at]) ? null : value.ToString();
            }
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at]);
        }
        return null;
    }

    static int SkipSpace(string text, int at)
    {
        while (at < text.Length && IsSpace(text[at])) at++;
        return at;
    }

    static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\v' or '\f';
}
