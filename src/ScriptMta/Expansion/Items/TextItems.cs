using System.Text;

namespace ScriptMta.Expansion;

/// <summary>Items that make text from text: tr, length, substr, hash, nhash, listquote. The cutting and hashing is shared with the operators of the same name.</summary>
static class TextItems
{
    public static ExpandedKind Translate(Evaluation evaluation, Value[] arguments)
    {
        var (text, from, to) = (arguments[0], arguments[1].Text, arguments[2].Text);
        if (to.Length == 0) return evaluation.Append(text);
        var result = new char[text.Text.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var at = from.LastIndexOf(text.Text[i]);
            result[i] = at < 0 ? text.Text[i] : to[Math.Min(at, to.Length - 1)];
        }
        return evaluation.Append(result, text.Taint.Join(arguments[2].Taint));
    }

    public static ExpandedKind Cut(Evaluation evaluation, Value[] arguments) =>
        Read(evaluation, arguments[0], "length", out var length) is { } failed ? failed : TextCut.Substring(evaluation, arguments[1], 0, length);

    public static ExpandedKind Substring(Evaluation evaluation, Value[] arguments)
    {
        if (Read(evaluation, arguments[0], "substr", out var start, signed: true) is { } failed) return failed;
        var length = -1;
        if (arguments.Length == 3 && Read(evaluation, arguments[1], "substr", out length) is { } bad) return bad;
        return TextCut.Substring(evaluation, arguments[^1], start, length);
    }

    public static ExpandedKind Hash(Evaluation evaluation, Value[] arguments)
    {
        if (Read(evaluation, arguments[0], "hash", out var length, signed: true) is { } failed) return failed;
        var alphabet = -1;
        if (arguments.Length == 3 && Read(evaluation, arguments[1], "hash", out alphabet) is { } bad) return bad;
        return length < 0 ? NotPositive(evaluation, arguments[0], "hash") : TextHash.Letters(evaluation, arguments[^1], length, alphabet);
    }

    public static ExpandedKind NumericHash(Evaluation evaluation, Value[] arguments)
    {
        if (Read(evaluation, arguments[0], "nhash", out var first, signed: true) is { } failed) return failed;
        var second = -1;
        if (arguments.Length == 3 && Read(evaluation, arguments[1], "nhash", out second) is { } bad) return bad;
        return first < 0 ? NotPositive(evaluation, arguments[0], "nhash") : TextHash.Numbers(evaluation, arguments[^1], first, second);
    }

    public static ExpandedKind ListQuote(Evaluation evaluation, Value[] arguments)
    {
        if (arguments[1].Text.Length == 0) return evaluation.Append(' ');
        if (arguments[0].Text.Length == 0) return evaluation.Append(arguments[1]);
        var separator = arguments[0].Text[0];
        var quoted = new StringBuilder();
        foreach (var c in arguments[1].Text)
        {
            if (c == separator) quoted.Append(c);
            quoted.Append(c);
        }
        return evaluation.Append(quoted.ToString(), arguments[1].Taint);
    }

    static ExpandedKind NotPositive(Evaluation evaluation, Value text, string item) =>
        evaluation.Fail($"\"{text.Text}\" is not a positive number (in \"{item}\" expansion)");

    static ExpandedKind? Read(Evaluation evaluation, Value text, string item, out int number, bool signed = false) =>
        Problem(text.Text, item, signed, out number) is { } problem ? evaluation.Fail(problem) : null;

    /// <summary>Looks at numbers that are written out when the template is read, as Exim does even where they are never asked.</summary>
    public static string? Known(Node[] arguments, string item)
    {
        if (arguments[0] is TextNode first && Problem(first.Value.Text, item, signed: item != "length", out _) is { } problem) return problem;
        return arguments.Length == 3 && arguments[1] is TextNode second ? Problem(second.Value.Text, item, signed: false, out _) : null;
    }

    /// <summary>Error text for what is no number, or null. More digits than fit count as very many.</summary>
    static string? Problem(string text, string item, bool signed, out int number)
    {
        number = 0;
        var written = text.AsSpan().TrimStart(" \t\n\v\f\r");
        var negative = written.StartsWith("-");
        var digits = written[(negative || written.StartsWith("+") ? 1 : 0)..];
        if (digits.IndexOfAnyExceptInRange('0', '9') >= 0 || (digits.Length == 0 && text.Length != 0)) return $"\"{text}\" is not a {(signed ? "" : "positive ")}number (in \"{item}\" expansion)";
        if (digits.Length != 0 && !int.TryParse(digits, out number)) number = int.MaxValue;
        if (negative) number = -number;
        return signed || number >= 0 ? null : $"\"{text}\" is not a positive number (in \"{item}\" expansion)";
    }
}
