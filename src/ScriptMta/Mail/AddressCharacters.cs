using System.Buffers;

namespace ScriptMta.Mail;

/// <summary>The character classes of addresses (RFC 5322 3.2.3, RFC 5321 4.1.2).</summary>
static class AddressCharacters
{
    public const string Specials = "()<>@,;:\\\".[]";

    /// <summary>What ends an atom: specials, space and controls. A byte with the high bit set is part of it.</summary>
    public static readonly SearchValues<char> AtomEnd = SearchValues.Create(Specials + " \x7f" + string.Concat(Enumerable.Range(0, 32).Select(i => (char)i)));

    public static readonly SearchValues<char> Controls = SearchValues.Create("\x7f" + string.Concat(Enumerable.Range(0, 32).Select(i => (char)i)));

    public static readonly SearchValues<char> LiteralContent = SearchValues.Create("0123456789ABCDEFabcdef.:");

    public static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r';

    public static bool IsAlphanumeric(char c) => char.IsAsciiLetterOrDigit(c);

    public static bool IsEightBit(char c) => c >= '\x80';

    /// <summary>A local part as it may stand in an address: itself when it is dot-atoms, else in quotes (Exim's quote_local_part).</summary>
    public static string QuoteLocalPart(string text)
    {
        if (text.Length > 0 && text[0] != '.' && text[^1] != '.' && !text.Contains("..", StringComparison.Ordinal)
            && text.AsSpan().IndexOfAny(NeedsQuotes) < 0) return text;
        return "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
    }

    static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(
        Specials.Replace(".", "") + " \x7f" + string.Concat(Enumerable.Range(0, 32).Select(i => (char)i)));
}
