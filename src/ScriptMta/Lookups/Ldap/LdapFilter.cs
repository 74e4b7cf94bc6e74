using System.Formats.Asn1;
using System.Globalization;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

/// <summary>A search filter as text (RFC 4515) written in the form of the protocol (RFC 4511 4.5.1.7). The outermost parentheses may be left out.</summary>
sealed class LdapFilter(string text)
{
    // slapd's own parser stops far earlier than a stack does.
    const int DeepestNesting = 100;

    static readonly Asn1Tag And = Tag(0), Or = Tag(1), Not = Tag(2), Equal = Tag(3), Substrings = Tag(4), GreaterOrEqual = Tag(5), LessOrEqual = Tag(6), Present = Value(7), Approximate = Tag(8), Extensible = Tag(9);

    int _at;

    /// <summary>False when the text is no filter.</summary>
    public static bool TryWrite(string text, AsnWriter writer)
    {
        var filter = new LdapFilter(text.StartsWith('(') ? text : $"({text})");
        return filter.Write(writer, 0) && filter._at == filter.Length;
    }

    int Length => text.Length;

    bool Write(AsnWriter writer, int depth)
    {
        if (depth > DeepestNesting || !Take('(')) return false;
        var kind = _at < text.Length ? text[_at] : '\0';
        var written = kind switch
        {
            '&' => WriteSeveral(writer, And, depth),
            '|' => WriteSeveral(writer, Or, depth),
            '!' => WriteNot(writer, depth),
            _ => WriteItem(writer),
        };
        return written && Take(')');
    }

    bool WriteSeveral(AsnWriter writer, Asn1Tag tag, int depth)
    {
        _at++;
        using var _ = writer.PushSequence(tag);
        while (Next == '(')
            if (!Write(writer, depth + 1)) return false;
        return true;
    }

    bool WriteNot(AsnWriter writer, int depth)
    {
        _at++;
        using var _ = writer.PushSequence(Not);
        return Next == '(' && Write(writer, depth + 1);
    }

    bool WriteItem(AsnWriter writer)
    {
        var end = text.AsSpan(_at).IndexOfAny('(', ')');
        if (end < 0 || text[_at + end] != ')') return false;
        var item = text.Substring(_at, end);
        _at += end;
        var equals = item.IndexOf('=');
        if (equals <= 0) return false;
        var value = item[(equals + 1)..];
        return item[equals - 1] switch
        {
            '>' => WritePair(writer, GreaterOrEqual, item[..(equals - 1)], value),
            '<' => WritePair(writer, LessOrEqual, item[..(equals - 1)], value),
            '~' => WritePair(writer, Approximate, item[..(equals - 1)], value),
            ':' => WriteExtensible(writer, item[..(equals - 1)], value),
            _ when value == "*" => WritePresent(writer, item[..equals]),
            _ when value.Contains('*') => WriteSubstrings(writer, item[..equals], value.Split('*')),
            _ => WritePair(writer, Equal, item[..equals], value),
        };
    }

    static bool WritePair(AsnWriter writer, Asn1Tag tag, string attribute, string value)
    {
        if (!IsDescription(attribute) || Unescaped(value) is not { } bytes) return false;
        using var _ = writer.PushSequence(tag);
        writer.WriteOctetString(Latin1.Encode(attribute));
        writer.WriteOctetString(bytes);
        return true;
    }

    static bool WritePresent(AsnWriter writer, string attribute)
    {
        if (!IsDescription(attribute)) return false;
        writer.WriteOctetString(Latin1.Encode(attribute), Present);
        return true;
    }

    static bool WriteSubstrings(AsnWriter writer, string attribute, string[] pieces)
    {
        if (!IsDescription(attribute)) return false;
        using var _ = writer.PushSequence(Substrings);
        writer.WriteOctetString(Latin1.Encode(attribute));
        using var __ = writer.PushSequence();
        for (var i = 0; i < pieces.Length; i++)
        {
            if (pieces[i].Length == 0 && i > 0 && i < pieces.Length - 1) return false;
            if (pieces[i].Length == 0) continue;
            if (Unescaped(pieces[i]) is not { } bytes) return false;
            writer.WriteOctetString(bytes, Value(i == 0 ? 0 : i == pieces.Length - 1 ? 2 : 1));
        }
        return true;
    }

    /// <summary><c>attribute:dn:rule:=value</c>, each part of the name optional but not all.</summary>
    static bool WriteExtensible(AsnWriter writer, string name, string value)
    {
        var parts = name.Split(':');
        var rule = parts.Skip(1).LastOrDefault(part => AsciiCase.Lower(part) != "dn");
        if ((parts[0].Length > 0 && !IsDescription(parts[0])) || (rule is not null && !IsDescription(rule)) || (parts[0].Length == 0 && rule is null) || Unescaped(value) is not { } bytes) return false;
        using var _ = writer.PushSequence(Extensible);
        if (rule is not null) writer.WriteOctetString(Latin1.Encode(rule), Value(1));
        if (parts[0].Length > 0) writer.WriteOctetString(Latin1.Encode(parts[0]), Value(2));
        writer.WriteOctetString(bytes, Value(3));
        if (parts.Skip(1).Any(part => AsciiCase.Lower(part) == "dn")) writer.WriteBoolean(true, Value(4));
        return true;
    }

    static bool IsDescription(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ';' or '.');

    /// <summary>Two hexadecimal digits after a backslash, or LDAP version 2's way: the character itself.</summary>
    static byte[]? Unescaped(string value)
    {
        var bytes = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\') bytes.Add((byte)value[i]);
            else if (i + 2 < value.Length && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out var coded))
            {
                bytes.Add(coded);
                i += 2;
            }
            else if (i + 1 < value.Length && "()*\\".Contains(value[i + 1])) bytes.Add((byte)value[++i]);
            else return null;
        }
        return [.. bytes];
    }

    char Next
    {
        get
        {
            while (_at < text.Length && text[_at] == ' ') _at++;
            return _at < text.Length ? text[_at] : '\0';
        }
    }

    bool Take(char c)
    {
        if (Next != c) return false;
        _at++;
        return true;
    }

    static Asn1Tag Tag(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);
    static Asn1Tag Value(int number) => new(TagClass.ContextSpecific, number);
}
