using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ScriptMta.Network;

/// <summary>
/// Where to listen, as local_interfaces and daemon_smtp_ports say it (Exim chapter 13): <c>127.0.0.1</c>, <c>127.0.0.1.2525</c>, <c>[::1]:2525</c>, <c>::1</c>,
/// <c>::1.2525</c>. An address without a port gets every default port. Port 0 lets the system choose (tests).
/// </summary>
static class ListenAddress
{
    /// <summary>The service names that need no /etc/services.</summary>
    static readonly Dictionary<string, int> Services = new(StringComparer.OrdinalIgnoreCase)
    {
        ["smtp"] = 25, ["mail"] = 25, ["smtps"] = 465, ["ssmtp"] = 465, ["submissions"] = 465, ["urd"] = 465, ["submission"] = 587, ["msa"] = 587,
    };

    /// <summary>All combinations; <paramref name="error"/> says which item is wrong.</summary>
    public static IReadOnlyList<IPEndPoint> Expand(IEnumerable<string> interfaces, IEnumerable<string> ports, out string? error)
    {
        error = null;
        var defaults = new List<int>();
        foreach (var item in ports)
        {
            if (PortOf(item) is not { } port) { error = $"\"{item}\" in daemon_smtp_ports is neither a port number (0 to 65535) nor a known service name"; return []; }
            defaults.Add(port);
        }
        var result = new List<IPEndPoint>();
        foreach (var item in interfaces)
        {
            if (!TryParse(item, out var address, out var port)) { error = $"\"{item}\" in local_interfaces is not an IP address with an optional port"; return []; }
            result.AddRange((port is { } own ? [own] : defaults).Select(p => new IPEndPoint(address, p)));
        }
        return [.. result.Distinct()];
    }

    public static bool TryParse(string text, out IPAddress address, out int? port)
    {
        port = null;
        address = IPAddress.None;
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0) return false;
            var rest = text[(close + 1)..];
            return TryAddress(text[1..close], out address) && (rest.Length == 0 || (rest[0] is ':' or '.' && TryPort(rest[1..], out port)));
        }
        if (TryAddress(text, out address)) return true;
        var dot = text.LastIndexOf('.');
        return dot > 0 && TryAddress(text[..dot], out address) && TryPort(text[(dot + 1)..], out port);
    }

    /// <summary>IPAddress takes "1" and "1.2.3" too; Exim does not.</summary>
    static bool TryAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 ? !text.Contains(']') && !text.Contains('[') : text.Count(c => c == '.') == 3);

    static bool TryPort(string text, out int? port)
    {
        port = PortOf(text);
        return port is not null && char.IsAsciiDigit(text[0]);
    }

    static int? PortOf(string text) =>
        Services.TryGetValue(text, out var known) ? known
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= IPEndPoint.MaxPort ? number : null;
}
