using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>udpsend = host : port : text (Exim 44.21): one packet, of which nobody knows whether it arrives. Not sent in dry runs.</summary>
static class UdpSendModifier
{
    public static AclStep Bind(AclPartSource source) => AclArgument.Expanded(source, async (run, value, cancel) =>
    {
        var separator = ListSyntax.Separator(value.Text, out var position);
        if (!ListSyntax.TryNext(value.Text, separator, ref position, out var host)) return Wrong("missing destination host");
        if (!ListSyntax.TryNext(value.Text, separator, ref position, out var port) || port.Text.Length == 0) return Wrong("missing destination port");
        if (!int.TryParse(port.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return Wrong("bad destination port");
        if (await AddressAsync(run, host.Text, cancel).ConfigureAwait(false) is not { } address) return Wrong("DNS lookup failed");
        var packet = Latin1.Encode(value.Text[Math.Min(position, value.Text.Length)..]);
        run.Context.Trace?.Add("udpsend", source.At, $"[{address}]:{number}", run.Context.DryRun ? "not sent in a dry run" : $"{packet.Length} bytes");
        return run.Context.DryRun ? AclResult.Ok : await SendAsync(new(address, number & 0xffff), packet, cancel).ConfigureAwait(false);
    });

    static AclResult Wrong(string what) => AclResult.Defer($"{what} in \"udpsend\" modifier");

    static async ValueTask<IPAddress?> AddressAsync(AclRun run, string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host, out var address)) return address;
        var resolver = new HostResolver(run.Context.Environment.Dns, Dns.HostsFile.OfMachine, run.Context.Environment.Random);
        if (await resolver.AddressesByNameAsync(host, AddressOrder.IPv4First, cancel).ConfigureAwait(false) is AddressAnswer.Found found) return found.Addresses[0];
        if (host.Length > 0) HostLookupLog.NoAddress(run.Context, host);
        return null;
    }

    static async ValueTask<AclResult> SendAsync(IPEndPoint to, byte[] packet, CancellationToken cancel)
    {
        try
        {
            using var socket = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.SendToAsync(packet, SocketFlags.None, to, cancel).ConfigureAwait(false);
            return AclResult.Ok;
        }
        catch (SocketException error) { return AclResult.Defer($"\"udpsend\" failed: {error.Message}"); }
    }
}
