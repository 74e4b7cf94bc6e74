using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>Where a scanner listens: a Unix socket (Path), or a host and a range of ports that is tried in order. Retry: how long after a refused connection it is tried once more; zero = not.</summary>
sealed record ScannerPlace(string? Path, string Host, int FirstPort, int LastPort)
{
    public TimeSpan Retry { get; init; }

    /// <summary>"[address]:port" or the path, as Exim's texts name it.</summary>
    public string Name => Path ?? $"[{Host}]:{FirstPort}";

    /// <summary>"783" or "783-790".</summary>
    public static bool TryPorts(string text, out int first, out int last)
    {
        var dash = text.IndexOf('-');
        first = last = 0;
        return TryPort(dash < 0 ? text : text[..dash], out first) && TryPort(dash < 0 ? text : text[(dash + 1)..], out last) && first <= last;
    }

    /// <summary>The places to connect to; empty with the reason.</summary>
    public IReadOnlyList<EndPoint> Find(ExpansionContext context, out string error)
    {
        // sockaddr_un holds 108 bytes with the NUL.
        const int LongestPath = 107;
        error = "";
        if (Path is not null)
        {
            if (Path.Length > LongestPath) error = $"unable to connect to UNIX socket ({Path}): File name too long";
            return error.Length > 0 ? [] : [new UnixDomainSocketEndPoint(Latin1.ToUnicode(Path))];
        }
        IReadOnlyList<IPAddress> addresses = IpText.Parse(Host) is { } address ? [address] : [];
        if (addresses.Count == 0 && new HostAddresses(context).Of(Host, out addresses) is { IsYes: false } match)
            error = match.IsDefer ? match.Reason! : $"no IP address found for host {Host}";
        return [.. addresses.SelectMany(a => Enumerable.Range(FirstPort, LastPort - FirstPort + 1).Select(port => new IPEndPoint(a, port)))];
    }

    static bool TryPort(string text, out int port) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= IPEndPoint.MaxPort;
}
