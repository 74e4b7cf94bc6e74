using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.Expansion;

/// <summary>IP addresses: network masks, reversed names, long and short IPv6.</summary>
static class IpOperators
{
    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("mask", new(Mask)),
        new("reverse_ip", new(Reverse)),
        new("ipv6norm", new((e, value, _) => Sixteen(value.Text) is { } bytes ? e.Append(Short(bytes)) : NotAddress(e, value))),
        new("ipv6denorm", new((e, value, _) => Sixteen(value.Text) is { } bytes ? e.Append(Long(bytes, ':')) : NotAddress(e, value))),
    ];

    /// <summary>IPv6 comes with dots so that it can be a lookup key; mask_n keeps the colons and shortens.</summary>
    static ExpandedKind Mask(Evaluation evaluation, Value value, string? argument)
    {
        var text = value.Text;
        var slash = text.IndexOf('/');
        var address = IpText.Parse(slash < 0 ? text : text.AsSpan(0, slash));
        if (address is null || (slash >= 0 && text.AsSpan(slash + 1).IndexOfAnyExceptInRange('0', '9') >= 0)) return NotAddress(evaluation, value);
        if (slash < 0) return evaluation.Fail($"missing mask value in \"{text}\"");
        var bytes = address.GetAddressBytes();
        var bits = slash + 1 == text.Length ? 0 : int.TryParse(text.AsSpan(slash + 1), out var number) ? number : int.MaxValue;
        if (bits > bytes.Length * 8) return evaluation.Fail($"mask value too big in \"{text}\"");
        for (var i = 0; i < bytes.Length; i++) bytes[i] &= (byte)(0xff << Math.Clamp(8 * (i + 1) - bits, 0, 8));
        evaluation.Append(bytes.Length == 4 ? new IPAddress(bytes).ToString() : argument?.StartsWith('n') == true ? Short(bytes) : Long(bytes, '.'));
        evaluation.Append('/');
        return evaluation.Append(bits);
    }

    static ExpandedKind Reverse(Evaluation evaluation, Value value, string? argument)
    {
        var slash = value.Text.IndexOf('/');
        var masked = slash < 0 || value.Text.AsSpan(slash + 1).IndexOfAnyExceptInRange('0', '9') < 0;
        if (!masked || IpText.Parse(slash < 0 ? value.Text : value.Text.AsSpan(0, slash)) is not { } address) return evaluation.Fail($"reverse_ip() not given an IP address [{value.Text}]");
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        Array.Reverse(bytes);
        return evaluation.Append(address.AddressFamily == AddressFamily.InterNetwork
            ? string.Join('.', bytes)
            : string.Join('.', bytes.Select(b => $"{b & 15:x}.{b >> 4:x}")));
    }

    static ExpandedKind NotAddress(Evaluation evaluation, Value value) => evaluation.Fail($"\"{value.Text}\" is not an IP address");

    /// <summary>IPv4 as mapped into IPv6.</summary>
    static byte[]? Sixteen(string text) => IpText.Parse(text)?.MapToIPv6().GetAddressBytes();

    static string Long(byte[] bytes, char separator)
    {
        var text = new StringBuilder(39);
        for (var i = 0; i < 16; i += 2)
        {
            if (i > 0) text.Append(separator);
            text.Append($"{bytes[i]:x2}{bytes[i + 1]:x2}");
        }
        return text.ToString();
    }

    /// <summary>Leading zeros off, and the first longest run of zero groups as "::", even a single one.</summary>
    static string Short(byte[] bytes)
    {
        var groups = Enumerable.Range(0, 8).Select(i => bytes[2 * i] << 8 | bytes[2 * i + 1]).ToArray();
        var (best, length) = (0, 0);
        for (var i = 0; i < 8; i++)
        {
            var end = i;
            while (end < 8 && groups[end] == 0) end++;
            if (end - i > length) (best, length) = (i, end - i);
        }
        if (length == 0) return string.Join(':', groups.Select(g => $"{g:x}"));
        var before = string.Join(':', groups.Take(best).Select(g => $"{g:x}"));
        var after = string.Join(':', groups.Skip(best + length).Select(g => $"{g:x}"));
        return $"{before}::{after}";
    }
}
