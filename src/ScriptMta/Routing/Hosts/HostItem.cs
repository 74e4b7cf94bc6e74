using System.Globalization;
using System.Net;

namespace ScriptMta.Routing;

/// <summary>
/// One item of a host list (Exim 20.5): name or address, perhaps "/MX", perhaps a port, or "+" alone. An address with a port may stand
/// in brackets; without a port it does not have to.
/// </summary>
sealed record HostItem(string Name, IPAddress? Address, int? Port, bool IsMx, bool IsGroupEnd = false)
{
    public static readonly HostItem GroupEnd = new("+", null, null, IsMx: false, IsGroupEnd: true);

    /// <summary>Null and an error when the item is malformed.</summary>
    public static HostItem? Parse(string item, out string error)
    {
        error = "";
        if (item == "+") return GroupEnd;
        var (name, portText) = SplitPort(item);
        int? port = null;
        if (portText is not null)
        {
            if (!ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            {
                error = $"invalid port in host item \"{item}\"";
                return null;
            }
            port = number;
        }
        var isMx = name.EndsWith("/mx", StringComparison.OrdinalIgnoreCase);
        if (isMx) name = name[..^3];
        if (name.Length == 0) { error = $"no host name in host item \"{item}\""; return null; }
        return new(name, IPAddress.TryParse(name, out var address) && IsWholeAddress(name) ? address : null, port, isMx);
    }

    public DeliveryHost ToDeliveryHost() => new(Name, Address is null ? [] : [Address], Port);

    static (string Name, string? Port) SplitPort(string item)
    {
        if (item.StartsWith('[') && item.IndexOf(']') is var close and > 0)
        {
            var rest = item[(close + 1)..];
            return (item[1..close], rest.StartsWith(':') ? rest[1..] : rest.Length == 0 ? null : rest);
        }
        var colon = item.LastIndexOf(':');
        if (colon < 0 || item.IndexOf(':') != colon) return (item, null);
        return (item[..colon], item[(colon + 1)..]);
    }

    /// <summary>IPAddress.TryParse also takes "10" and "0x7f.1"; a host list does not.</summary>
    static bool IsWholeAddress(string name) => name.Contains(':') || name.Split('.') is { Length: 4 } parts && parts.All(p => p.Length > 0 && p.All(char.IsAsciiDigit));
}
