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
        "from", "to", "cc", "bcc", "sender", "reply-to",
    };

    public static ExpandedKind Append(Evaluation evaluation, HeaderSection headers, string name, HeaderKind kind)
    {
        var text = kind switch
        {
            HeaderKind.Raw => Raw(headers, name),
            HeaderKind.List => List(headers, name),
            HeaderKind.Bytes => Joined(headers, name),
            _ => EncodedWords.Decode(Joined(headers, name), CharsetOperators.Charset(evaluation)),
        };
        return evaluation.AppendTainted(text);
    }

    static string Raw(HeaderSection headers, string name)
    {
        var text = new StringBuilder();
        foreach (var field in headers.All(name)) Limited(text, field.Body + "\n");
        return text.ToString();
    }

    static string List(HeaderSection headers, string name)
    {
        var text = new StringBuilder();
        var first = true;
        foreach (var field in headers.All(name))
        {
            ListText.AppendItem(text, first, field.Value, ':');
            first = false;
        }
        return text.ToString();
    }

    static string Joined(HeaderSection headers, string name)
    {
        StringBuilder? joined = null;
        string? only = null;
        var between = AddressFields.Contains(name) ? ",\n" : "\n";
        foreach (var field in headers.All(name))
        {
            if (only is null) only = field.Value;
            else Limited(joined ??= new StringBuilder(only), between + field.Value);
        }
        return joined?.ToString() ?? only ?? "";
    }

    static void Limited(StringBuilder text, string more) => text.Append(more, 0, Math.Min(more.Length, Math.Max(0, MaxText - text.Length)));
}
