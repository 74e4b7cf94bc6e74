using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Expansion;
using ScriptMta.Network;

namespace ScriptMta.Reception;

/// <summary>A connection from a host of hosts_proxy: what its header says of the client, before the session begins (Exim 59.1).</summary>
sealed record ProxiedPeer(IPEndPoint Proxy, ProxyHeader Header)
{
    /// <summary>Null where the host is no proxy of ours.</summary>
    public static async ValueTask<ProxiedPeer?> ReadAsync(Socket socket, ReceptionRules rules, TimeProvider clock, CancellationToken cancel)
    {
        if (rules.Options.Proxy.Hosts is not { } hosts || Connection.Plain(socket.RemoteEndPoint) is not { } peer) return null;
        var context = new ExpansionContext { Environment = rules.Environment, Connection = new() { HostAddress = peer.Address.ToString(), HostPort = peer.Port } };
        if (!hosts.MatchHost(context.Connection.HostAddress, context).Match.IsYes) return null;
        return new(peer, await ProxyHeaderReader.ReadAsync(socket, rules.Options.Proxy.Patience, clock, cancel).ConfigureAwait(false));
    }

    /// <summary>Who is at the other end; null = who seems to be.</summary>
    public IPEndPoint? Client => (Header as ProxyHeader.Relayed)?.Client;

    public bool IsBroken => Header is ProxyHeader.Broken;

    /// <summary>Sets $proxy_…; logs why a header was no good, which the peer is told with every command.</summary>
    public void Note(ExpansionContext context)
    {
        var variables = context.Variables;
        variables["proxy_session"] = Value.Clean("yes");
        if (Header is ProxyHeader.Broken broken) context.Environment.Log.Main(null, $"PROXY header from [{Proxy.Address}] refused: {broken.Reason}");
        if (Header is not ProxyHeader.Relayed relayed) return;
        variables["proxy_local_address"] = Value.Clean(Proxy.Address.ToString());
        variables["proxy_local_port"] = Value.Clean(Proxy.Port.ToString(CultureInfo.InvariantCulture));
        variables["proxy_external_address"] = Value.Clean(relayed.Destination.Address.ToString());
        variables["proxy_external_port"] = Value.Clean(relayed.Destination.Port.ToString(CultureInfo.InvariantCulture));
    }
}
