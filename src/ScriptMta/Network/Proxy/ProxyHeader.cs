using System.Net;

namespace ScriptMta.Network;

/// <summary>What the PROXY protocol's header said (versions 1 and 2, as HAProxy's proxy-protocol.txt has them).</summary>
abstract record ProxyHeader
{
    ProxyHeader() { }

    /// <summary>The proxy speaks for a client: who that is, and which address of the proxy it called.</summary>
    public sealed record Relayed(IPEndPoint Client, IPEndPoint Destination) : ProxyHeader;

    /// <summary>The proxy speaks for itself (LOCAL, UNKNOWN): a health check. The connection is what it seems to be.</summary>
    public sealed record Own : ProxyHeader;

    /// <summary>No header, a wrong one, or none in time. Reason is for the log.</summary>
    public sealed record Broken(string Reason) : ProxyHeader;
}
