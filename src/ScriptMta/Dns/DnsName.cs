using System.Text;

namespace ScriptMta.Dns;

/// <summary>Domain names between text and wire (RFC 1035 3.1, 4.1.4). Text has no final dot; the root is "".</summary>
static class DnsName
{
    /// <summary>RFC 1035 2.3.4, in bytes on the wire.</summary>
    public const int MaxLabel = 63, MaxLength = 255;

    /// <summary>False for what no message can hold: an empty or too long label, a name too long, a character over one byte.</summary>
    public static bool TryEncode(string name, List<byte> wire)
    {
        var start = wire.Count;
        var text = name.EndsWith('.') && !name.EndsWith("\\.", StringComparison.Ordinal) ? name[..^1] : name;
        if (text.Length > MaxLength * 4) return false; // every byte may be written \ddd
        var label = wire.Count;
        wire.Add(0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                if (!CloseLabel(wire, label)) return false;
                label = wire.Count;
                wire.Add(0);
            }
            else if (!TryReadCharacter(text, ref i, out var value)) return false;
            else wire.Add(value);
        }
        if (text.Length > 0)
        {
            if (!CloseLabel(wire, label)) return false;
            wire.Add(0);
        }
        return wire.Count - start <= MaxLength;
    }

    static bool CloseLabel(List<byte> wire, int label)
    {
        var length = wire.Count - label - 1;
        if (length is 0 or > MaxLabel) return false;
        wire[label] = (byte)length;
        return true;
    }

    static bool TryReadCharacter(string text, ref int i, out byte value)
    {
        var c = text[i];
        if (c == '\\')
        {
            if (++i >= text.Length) { value = 0; return false; }
            c = text[i];
            if (char.IsAsciiDigit(c))
            {
                var good = i + 2 < text.Length && byte.TryParse(text.AsSpan(i, 3), out value);
                value = good ? byte.Parse(text.AsSpan(i, 3)) : (byte)0;
                i += 2;
                return good;
            }
        }
        value = (byte)c;
        return c <= 0xff;
    }

    /// <summary>Appends a label, so that no byte of it can be taken for a dot or a line end.</summary>
    public static void AppendLabel(StringBuilder text, ReadOnlySpan<byte> label)
    {
        if (text.Length > 0) text.Append('.');
        foreach (var value in label)
            if (value is (byte)'.' or (byte)'\\') text.Append('\\').Append((char)value);
            else if (value is > 32 and < 127) text.Append((char)value);
            else text.Append('\\').Append(value.ToString("D3"));
    }

    public static bool AreSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Exim's dns_check_names_pattern as it is by default: labels of letters, digits, "-", "_" and "/" that begin and end with none of "-" and "/".
    /// Names of hosts and mail domains that fail it are not asked for; TXT and PTR may have any name.
    /// </summary>
    public static bool LooksLikeHost(string name)
    {
        foreach (var label in name.TrimEnd('.').Split('.'))
            if (label.Length == 0 || !IsWord(label[0]) || !IsWord(label[^1]) || !label.All(c => IsWord(c) || c is '-' or '/')) return false;
        return true;

        static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
    }
}
