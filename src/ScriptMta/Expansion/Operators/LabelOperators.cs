using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// Internationalized domains and local parts (RFC 5890), there and back. What is all ASCII stays as it is; else labels are put in lower case, but neither composed nor
/// looked up in IDNA's tables: text that arrives in form C, as RFC 5198 wants it, comes out as Exim has it.
/// </summary>
static class LabelOperators
{
    const string Prefix = "xn--";
    const int LongestLabel = 63;
    static readonly char[] Dots = ['.', '\u3002', '\uff0e', '\uff61'];

    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("utf8_domain_to_alabel", new(DomainToLabels)),
        new("utf8_domain_from_alabel", new(DomainFromLabels)),
        new("utf8_localpart_to_alabel", new(LocalPartToLabel)),
        new("utf8_localpart_from_alabel", new(LocalPartFromLabel)),
    ];

    static ExpandedKind DomainToLabels(Evaluation evaluation, Value value, string? argument)
    {
        if (System.Text.Ascii.IsValid(value.Text)) return evaluation.Append(value);
        return ToLabels(value.Text, out var problem) is { } labels ? evaluation.Append(labels, value.Taint) : FailTo(evaluation, value, problem);
    }

    /// <summary>Null with the reason where the domain has no such form.</summary>
    public static string? ToLabels(string domain, out string problem)
    {
        problem = "string encoding error";
        if (System.Text.Ascii.IsValid(domain)) return domain;
        if (!Utf8Text.IsValid(domain)) return null;
        var labels = Latin1.ToUnicode(domain).ToLowerInvariant().Split(Dots);
        for (var i = 0; i < labels.Length; i++)
        {
            if (System.Text.Ascii.IsValid(labels[i])) continue;
            problem = Problem(labels[i]) ?? "punycode encoded data will be too large";
            if (Problem(labels[i]) is not null || Punycode.Encode(labels[i]) is not { } coded || coded.Length + Prefix.Length > LongestLabel) return null;
            labels[i] = Prefix + coded;
        }
        return string.Join('.', labels);
    }

    static string? Problem(string label)
    {
        if (label.StartsWith('-') || label.EndsWith('-')) return "string start/ends with forbidden hyphen";
        return label.Any(c => c <= ' ' || c == '\x7f') ? "A-label roundtrip failed" : null;
    }

    /// <summary>The dot at the end is lost, as in Exim.</summary>
    static ExpandedKind DomainFromLabels(Evaluation evaluation, Value value, string? argument)
    {
        var text = value.Text.EndsWith('.') ? value.Text[..^1] : value.Text;
        var labels = text.Split('.');
        for (var i = 0; i < labels.Length; i++)
        {
            if (!labels[i].StartsWith(Prefix, StringComparison.Ordinal)) continue;
            if (labels[i].Length == Prefix.Length || Punycode.Decode(labels[i][Prefix.Length..]) is not { } decoded) return FailFrom(evaluation, value, "Invalid input");
            labels[i] = Latin1.FromUnicode(decoded);
        }
        return evaluation.Append(string.Join('.', labels), value.Taint);
    }

    static ExpandedKind LocalPartToLabel(Evaluation evaluation, Value value, string? argument)
    {
        if (System.Text.Ascii.IsValid(value.Text)) return evaluation.Append(value);
        return ToLabel(value.Text, out var problem) is { } label ? evaluation.Append(label, value.Taint) : FailTo(evaluation, value, problem);
    }

    /// <summary>A local part is one label whatever it holds, and its case counts. Null with the reason where it has no such form.</summary>
    public static string? ToLabel(string localPart, out string problem)
    {
        problem = "l_u2a: bad UTF-8 input";
        if (System.Text.Ascii.IsValid(localPart)) return localPart;
        if (!Utf8Text.IsValid(localPart)) return null;
        problem = "Invalid input";
        return Punycode.Encode(Latin1.ToUnicode(localPart)) is { } coded ? Prefix + coded : null;
    }

    static ExpandedKind LocalPartFromLabel(Evaluation evaluation, Value value, string? argument)
    {
        if (!value.Text.StartsWith(Prefix, StringComparison.Ordinal)) return FailFrom(evaluation, value, "bad alabel prefix");
        return Punycode.Decode(value.Text[Prefix.Length..]) is { } decoded
            ? evaluation.Append(Latin1.FromUnicode(decoded), value.Taint) : FailFrom(evaluation, value, "Invalid input");
    }

    static ExpandedKind FailTo(Evaluation evaluation, Value value, string reason) =>
        evaluation.Fail($"error converting utf8 ({TextOperators.Printed(value.Text)}) to alabel: {reason}");

    static ExpandedKind FailFrom(Evaluation evaluation, Value value, string reason) =>
        evaluation.Fail($"error converting alabel ({TextOperators.Printed(value.Text)}) to utf8: {reason}");
}
