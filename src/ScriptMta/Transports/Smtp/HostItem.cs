using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>One item of a host list in a transport: a name or address, perhaps with ":port" (after the list's own doubling is undone); "[address]:port" for IPv6.</summary>
static class HostItem
{
    public static DeliveryHost Parse(string item)
    {
        var (name, port) = Split(item);
        return new(name, IPAddress.TryParse(name, out var address) ? [address] : ImmutableArray<IPAddress>.Empty, port);
    }

    static (string Name, int? Port) Split(string item)
    {
        if (item.StartsWith('[') && item.IndexOf(']') is > 0 and var close)
            return (item[1..close], item.Length > close + 1 && item[close + 1] == ':' ? Number(item[(close + 2)..]) : null);
        if (IPAddress.TryParse(item, out _)) return (item, null);
        var colon = item.LastIndexOf(':');
        return colon > 0 && Number(item[(colon + 1)..]) is { } port ? (item[..colon], port) : (item, null);
    }

    static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port : null;
}
