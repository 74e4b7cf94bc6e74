using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Network;

namespace ScriptMta.Expansion;

/// <summary>Where a socket is: the path of a Unix one, or inet: with a host and a port.</summary>
static class SocketPlace
{
    const string InternetPrefix = "inet:";

    /// <summary>The address to connect to, several for a host that has several.</summary>
    /// <param name="host">The name or address as written; empty for a Unix socket.</param>
    /// <param name="error">Exim's text when there is none.</param>
    public static IReadOnlyList<EndPoint> Find(string place, ExpansionContext context, out string host, out string? error)
    {
        error = null;
        if (!place.StartsWith(InternetPrefix, StringComparison.Ordinal)) return Unix(place, out host, out error);
        var colon = place.LastIndexOf(':');
        host = colon < InternetPrefix.Length ? "" : place[InternetPrefix.Length..colon];
        if (colon < InternetPrefix.Length || colon == place.Length - 1 || colon < place.LastIndexOf(']')) error = $"missing port for readsocket {place}";
        else if (Port(place[(colon + 1)..], out error) is { } port && Addresses(host, context, out error) is { } addresses) return [.. addresses.Select(address => new IPEndPoint(address, port))];
        return [];
    }

    static IReadOnlyList<EndPoint> Unix(string path, out string host, out string? error)
    {
        // sockaddr_un holds 108 bytes with the NUL.
        const int LongestPath = 107;
        host = "";
        var name = Latin1.ToUnicode(path.Split('\0', 2)[0]);
        var length = System.Text.Encoding.UTF8.GetByteCount(name);
        error = length is > 0 and <= LongestPath ? null : $"failed to connect to socket {path}: {(length == 0 ? "Connection refused" : "File name too long")}";
        return error is null ? [new UnixDomainSocketEndPoint(name)] : [];
    }

    static int? Port(string text, out string? error)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
        error = digits ? $"invalid port number {text}" : $"unknown port \"{text}\"";
        var port = !digits ? ServicePorts.Find(text) : int.TryParse(text, out var number) && number <= IPEndPoint.MaxPort ? number : null;
        if (port is not null) error = null;
        return port;
    }

    static IReadOnlyList<IPAddress>? Addresses(string host, ExpansionContext context, out string? error)
    {
        error = null;
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (IpText.Parse(bracketed ? host[1..^1] : host) is { } address) return [address];
        if (bracketed) error = $"malformed IP address \"{host}\"";
        else if (new HostAddresses(context).Of(host, out var addresses) is { IsYes: false } match) error = match.IsDefer ? match.Reason : $"no IP address found for host {host}";
        else return addresses;
        return null;
    }
}
