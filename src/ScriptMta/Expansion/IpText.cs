using System.Net;
using System.Net.Sockets;

namespace ScriptMta.Expansion;

/// <summary>IP addresses as rules write them: four decimal numbers, or IPv6 without brackets. Nothing shorter (no 10.1), no leading zeros taken as octal.</summary>
static class IpText
{
    /// <summary>4, 6, or 0 for text that is no address.</summary>
    public static int Version(ReadOnlySpan<char> text) =>
        Parse(text) is not { } address ? 0 : address.AddressFamily == AddressFamily.InterNetwork ? 4 : 6;

    public static IPAddress? Parse(ReadOnlySpan<char> text)
    {
        if (text.Contains(':')) return text.IndexOfAny("[]/") < 0 && IPAddress.TryParse(text, out var six) ? six : null;
        return IsDottedQuad(text) && IPAddress.TryParse(text, out var four) ? four : null;
    }

    static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (part.Length is 0 or > 3 || part.IndexOfAnyExceptInRange('0', '9') >= 0 || (part.Length > 1 && part[0] == '0')) return false;
            parts++;
        }
        return parts == 4;
    }
}
