using System.Buffers;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Expansion;

/// <summary>UTF-8, encoded words (RFC 2047), folding.</summary>
static class CharsetOperators
{
    // headers_charset when it is not set.
    const string HeadersCharset = "UTF-8";

    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("utf8clean", new((e, value, _) => e.Append(Utf8Text.Clean(value.Text, "?"), value.Taint))),
        new("from_utf8", new((e, value, _) => e.Append(Utf8Text.ToLatin1(value.Text), value.Taint))),
        new("rfc2047", new((e, value, _) => e.Append(Encoded(e, value.Text), value.Taint))),
        new("rfc2047d", new(Decode)),
        new("headerwrap", new(Wrap)),
    ];

    public static string Charset(Evaluation evaluation) =>
        evaluation.Context.Message.HeadersCharset ?? evaluation.Context.Environment.Settings.GetValueOrDefault("headers_charset", HeadersCharset);

    /// <summary>check_rfc2047_length: words longer than RFC 2047 allows are left alone.</summary>
    public static bool ChecksLength(Evaluation evaluation) =>
        evaluation.Context.Environment.Settings.GetValueOrDefault("check_rfc2047_length") is not ("false" or "no");

    static string Encoded(Evaluation evaluation, string text) =>
        text.AsSpan().IndexOfAnyExcept(NeedsNoEncoding) < 0 ? text : EncodedWords.EncodeAll(text, Charset(evaluation));

    static readonly SearchValues<char> NeedsNoEncoding =
        SearchValues.Create(string.Concat(Enumerable.Range(32, 95).Select(i => (char)i).Where(c => !"?=()<>@,;:\\\".[]_".Contains(c))));

    static ExpandedKind Decode(Evaluation evaluation, Value value, string? argument)
    {
        return EncodedWords.TryDecode(value.Text, Charset(evaluation), ChecksLength(evaluation), out var decoded, out var error)
            ? evaluation.Append(decoded, value.Taint) : evaluation.Fail(error);
    }

    /// <summary>headerwrap_cols_limit: folds at white space so that lines stay below cols, and cuts at limit (Exim 4.97).</summary>
    static ExpandedKind Wrap(Evaluation evaluation, Value value, string? argument)
    {
        var numbers = (argument ?? "").Split('_');
        var columns = int.TryParse(numbers[0], out var first) && first > 0 ? first : 80;
        var limit = numbers.Length > 1 && int.TryParse(numbers[1], out var second) && second > 0 ? second : 998;
        var text = value.Text.Length > limit ? value.Text[..limit] : value.Text;
        var wrapped = new StringBuilder(text.Length + 16);
        while (text.Length > columns)
        {
            var cut = text.LastIndexOf(' ', columns - 1);
            if (cut <= 0) cut = text.IndexOf(' ', columns);
            if (cut <= 0) break;
            wrapped.Append(text.AsSpan(0, cut).TrimEnd(' ')).Append("\n\t");
            text = text[(cut + 1)..].TrimStart(' ');
        }
        return evaluation.Append(wrapped.Append(text).ToString(), value.Taint);
    }
}
