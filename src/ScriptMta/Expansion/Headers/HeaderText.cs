using System.Text;
using ScriptMta.Mail;

namespace ScriptMta.Expansion;

/// <summary>
/// What $h_name: and its family print (Exim 11.5): all fields of that name, joined by a newline, or by a comma and a newline where the field holds
/// addresses. Header text is tainted.
/// </summary>
static class HeaderText
{
    // Exim limits what one reference may yield, so that a stranger's header section cannot fill memory.
    const int MaxText = 64 * 1024;

    static readonly HashSet<string> AddressFields = new(StringComparer.OrdinalIgnoreCase)
    {
        "from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to", "resent-cc", "resent-bcc", "resent-sender",
    };

    public static ExpandedKind Append(Evaluation evaluation, HeaderSection headers, string name, HeaderKind kind) => evaluation.AppendTainted(kind switch
    {
        HeaderKind.Raw => Raw(headers, name),
        HeaderKind.List => List(headers, name),
        HeaderKind.Bytes => Decoded(evaluation, Joined(headers, name), translate: false),
        _ => Decoded(evaluation, Joined(headers, name), translate: true),
    });

    /// <summary>Encoded words undone and, for <paramref name="translate"/>, put into headers_charset.</summary>
    public static string Decoded(Evaluation evaluation, string text, bool translate) =>
        EncodedWords.DecodeBytes(text, translate ? CharsetOperators.Charset(evaluation) : null, CharsetOperators.ChecksLength(evaluation));

    static string Raw(HeaderSection headers, string name)
    {
        var text = new StringBuilder();
        foreach (var field in headers.All(name)) Limited(text, field.Body + "\n");
        return text.ToString();
    }

    static string List(HeaderSection headers, string name)
    {
        var text = new StringBuilder();
        foreach (var field in headers.All(name))
        {
            if (text.Length != 0) text.Append(':');
            Limited(text, field.Body.Replace(":", "::", StringComparison.Ordinal));
        }
        return text.ToString();
    }

    /// <summary>The whole section, its encoded words undone but not put into another set.</summary>
    public static string All(Evaluation evaluation, HeaderSection headers) =>
        Decoded(evaluation, string.Join('\n', headers.Fields.Select(field => $"{field.Name}:{field.Body.TrimEnd(' ', '\t')}")), translate: false);

    /// <summary>All fields of that name that are not empty, white space round each taken off, not decoded.</summary>
    public static string Joined(HeaderSection headers, string name)
    {
        StringBuilder? joined = null;
        string? only = null;
        var between = AddressFields.Contains(name) ? ",\n" : "\n";
        foreach (var value in headers.All(name).Select(field => field.Value).Where(value => value.Length != 0))
        {
            if (only is null) only = value;
            else Limited(joined ??= new StringBuilder(only), between + value);
        }
        return joined?.ToString() ?? only ?? "";
    }

    static void Limited(StringBuilder text, string more) => text.Append(more, 0, Math.Min(more.Length, Math.Max(0, MaxText - text.Length)));
}
