using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ScriptMta.Network;

/// <summary>The two forms of the header, from its bytes. TCP over IPv4 and IPv6 only: mail comes by nothing else.</summary>
static class ProxyHeaderParser
{
    /// <summary>What version 2 begins with: no SMTP command could.</summary>
    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>What version 1 begins with.</summary>
    public static ReadOnlySpan<byte> Word => "PROXY "u8;

    /// <summary>Signature, version and command, family, length of the rest.</summary>
    public const int FixedLength = 16;

    const int Tcp4 = 0x11, Tcp6 = 0x21, Local = 0x20, Relay = 0x21;

    /// <param name="line">Without CRLF.</param>
    public static ProxyHeader Version1(string line)
    {
        var words = line.Split(' ');
        if (words is ["PROXY", "UNKNOWN", ..]) return new ProxyHeader.Own();
        if (words is not ["PROXY", var family, var source, var destination, var sourcePort, var destinationPort]) return Broken($"{words.Length} words where 6 are expected");
        var kind = family switch { "TCP4" => AddressFamily.InterNetwork, "TCP6" => AddressFamily.InterNetworkV6, _ => AddressFamily.Unspecified };
        if (kind == AddressFamily.Unspecified) return Broken("the family is neither TCP4 nor TCP6");
        return EndPoint(kind, source, sourcePort) is { } client && EndPoint(kind, destination, destinationPort) is { } called
            ? new ProxyHeader.Relayed(client, called) : Broken($"an address or port is no good for {family}");
    }

    /// <param name="start">The first <see cref="FixedLength"/> bytes.</param>
    /// <param name="rest">Addresses, and perhaps extensions (TLVs) after them, which say nothing that mail rules ask for.</param>
    public static ProxyHeader Version2(ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest) => (start[12], start[13], rest.Length) switch
    {
        (Local, _, _) => new ProxyHeader.Own(),
        (Relay, Tcp4, >= 12) => Relayed(rest, 4),
        (Relay, Tcp6, >= 36) => Relayed(rest, 16),
        (Relay, Tcp4 or Tcp6, _) => Broken("the addresses are cut off"),
        (Relay, var family, _) => Broken($"family 0x{family:x2} is not TCP over IP"),
        (var command, _, _) => Broken($"version and command 0x{command:x2} are unknown"),
    };

    static ProxyHeader.Relayed Relayed(ReadOnlySpan<byte> rest, int length) => new(
        new(new IPAddress(rest[..length]), BinaryPrimitives.ReadUInt16BigEndian(rest[(2 * length)..])),
        new(new IPAddress(rest[length..(2 * length)]), BinaryPrimitives.ReadUInt16BigEndian(rest[(2 * length + 2)..])));

    static IPEndPoint? EndPoint(AddressFamily family, string address, string port) =>
        ListenAddress.TryParse(address, out var ip, out var none) && none is null && !address.StartsWith('[') && ip.AddressFamily == family
        && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= IPEndPoint.MaxPort
            ? new(ip, number) : null;

    static ProxyHeader.Broken Broken(string reason) => new(reason);
}
