using System.Net;
using System.Net.Sockets;

namespace ScriptMta.Expansion;

/// <summary>An address with the number of its leading bits that count (Exim 10.12). A longer mask than the address is the whole address; the family must be the same.</summary>
readonly record struct IpNetwork(IPAddress Address, int Bits)
{
    /// <summary>A complete address, with or without "/bits": no brackets, no shortened IPv4 forms, no zone.</summary>
    public static bool TryParse(string text, out IpNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/');
        if (!TryAddress(slash < 0 ? text : text[..slash], out var address)) return false;
        var whole = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var bits = whole;
        if (slash >= 0 && (slash + 1 == text.Length || text.AsSpan(slash + 1).IndexOfAnyExceptInRange('0', '9') >= 0 || !int.TryParse(text.AsSpan(slash + 1), out bits))) return false;
        network = new(address, Math.Min(bits, whole));
        return true;
    }

    /// <summary>IPv4 only as four decimal numbers: .NET would also take "10.1", "0x7f.1" and "010.0.0.1", which Exim takes for names.</summary>
    public static bool TryAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.AsSpan().IndexOfAny("[]%/") >= 0 || !IPAddress.TryParse(text, out var parsed)) return false;
        if (parsed.AddressFamily == AddressFamily.InterNetwork && IpText.Version(text) != 4) return false;
        address = parsed;
        return true;
    }

    public bool Contains(IPAddress address)
    {
        if (address.AddressFamily != Address.AddressFamily) return false;
        Span<byte> one = stackalloc byte[16], other = stackalloc byte[16];
        Address.TryWriteBytes(one, out _);
        address.TryWriteBytes(other, out _);
        var whole = Bits / 8;
        return one[..whole].SequenceEqual(other[..whole]) && (Bits % 8 == 0 || (one[whole] ^ other[whole]) >> (8 - Bits % 8) == 0);
    }

    /// <summary>The address with the bits after the mask cleared.</summary>
    public static IPAddress Mask(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(bits - i * 8, 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }
        return new(bytes);
    }

    /// <summary>Lookup keys: IPv4 as usual; IPv6 in eight full groups, lower case, with the separator given (Exim 10.13).</summary>
    public static string Key(IPAddress address, char separator)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork) return address.ToString();
        var hex = Convert.ToHexStringLower(address.GetAddressBytes());
        return string.Join(separator, Enumerable.Range(0, 8).Select(i => hex.Substring(i * 4, 4)));
    }
}
