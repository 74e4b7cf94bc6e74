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
        if (argument is not null) return QuoteForLookup(evaluation, value, argument.Split('_')[0]);
        var text = value.Text;
        if (text.Length != 0 && text.AsSpan().IndexOfAnyExcept(Unquoted) < 0) return evaluation.Append(value);
        var quoted = new StringBuilder("\"", text.Length + 8);
        foreach (var c in text)
            _ = c switch
            {
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '"' or '\\' => quoted.Append('\\').Append(c),
                _ => quoted.Append(c),
            };
        return evaluation.Append(quoted.Append('"').ToString(), value.Taint);
    }

    static readonly System.Buffers.SearchValues<char> Unquoted =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>RFC 5322 3.4.1: quoted unless it is a dot-atom.</summary>
    static ExpandedKind QuoteLocalPart(Evaluation evaluation, Value value, string? argument)
    {
        var text = value.Text;
        if (IsDotAtom(text)) return evaluation.Append(value);
        var quoted = new StringBuilder("\"", text.Length + 8);
        foreach (var c in text)
        {
            if (c is '\n')
            {
                quoted.Append("\\n");
                continue;
            }
            if (c is '"' or '\\' or '\r') quoted.Append('\\');
            quoted.Append(c);
        }
        return evaluation.Append(quoted.Append('"').ToString(), value.Taint);
    }

    static bool IsDotAtom(string text)
    {
        if (text.Length == 0 || text[0] == '.' || text[^1] == '.') return false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.' ? text[i - 1] == '.' : !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-/=?^_`{|}~".Contains(c)) return false;
        }
        return true;
    }

    static ExpandedKind QuoteForLookup(Evaluation evaluation, Value value, string type) => LookupQuoting.Append(evaluation, value, type);
}
