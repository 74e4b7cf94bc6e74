using System.Text;

namespace ScriptMta.Expansion;

/// <summary>Quoting for addresses and for lookups.</summary>
static class QuoteOperators
{
    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("quote", new(Quote)),
        new("quote_local_part", new(QuoteLocalPart)),
    ];

    /// <summary>As ${quote: has it: double quotes unless all is letters, digits, "_", "-" or a dot; a newline and a carriage return become escapes.</summary>
    static ExpandedKind Quote(Evaluation evaluation, Value value, string? argument)
    {
        if (argument is not null) return LookupQuoting.Append(evaluation, value, argument);
        var text = value.Text;
        if (text.Length != 0 && text.AsSpan().IndexOfAnyExcept(Unquoted) < 0) return evaluation.Append(value);
        return evaluation.Append(InQuotes(text), value.Taint);
    }

    static readonly System.Buffers.SearchValues<char> Unquoted =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    static ExpandedKind QuoteLocalPart(Evaluation evaluation, Value value, string? argument) => evaluation.Append(LocalPart(value.Text), value.Taint);

    /// <summary>Quoted unless all characters are those of an atom (RFC 5322 3.2.3) or dots that neither begin nor end it.</summary>
    public static string LocalPart(string text) =>
        text.Length != 0 && text[0] != '.' && text[^1] != '.' && text.AsSpan().IndexOfAnyExcept(Atom) < 0 ? text : InQuotes(text);

    static readonly System.Buffers.SearchValues<char> Atom =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+-/=?^_`{|}~");

    public static string InQuotes(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 8);
        foreach (var c in text)
            _ = c switch
            {
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '"' or '\\' => quoted.Append('\\').Append(c),
                _ => quoted.Append(c),
            };
        return quoted.Append('"').ToString();
    }
}
