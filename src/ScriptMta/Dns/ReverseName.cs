using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.Dns;

/// <summary>The name under which PTR records (and DNS lists) hold an address: RFC 1035 3.5 for IPv4, RFC 3596 2.5 for IPv6.</summary>
static class ReverseName
{
    public static string Of(IPAddress address) =>
        Digits(address) + (IsIPv4(ref address) ? ".in-addr.arpa" : ".ip6.arpa");

    /// <summary>The reversed parts without a suffix: 4.3.2.1, or 32 reversed hexadecimal digits. An IPv4-mapped address counts as IPv4.</summary>
    public static string Digits(IPAddress address)
    {
        var v4 = IsIPv4(ref address);
        var bytes = address.GetAddressBytes();
        var text = new StringBuilder();
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            if (text.Length > 0) text.Append('.');
            if (v4) text.Append(bytes[i]);
            else text.Append("0123456789abcdef"[bytes[i] & 15]).Append('.').Append("0123456789abcdef"[bytes[i] >> 4]);
        }
        return text.ToString();
    }

    static bool IsIPv4(ref IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetwork;
    }
}
