using System.Buffers.Binary;
using System.Text;
using ScriptMta.Mail;

namespace ScriptMta.Expansion;

/// <summary>
/// ${imapfolder{name}{separator}{specials}}: a folder's name as Maildir has it: modified UTF-7 (RFC 3501 5.1.3), with dots for separators. The characters of the third
/// string are encoded too. A dot or slash that is neither of these would mean another folder, and is refused.
/// </summary>
static class ImapFolderItem
{
    const string DefaultSeparator = "/";
    const string Refused = "./";

    public static ExpandedKind Run(Evaluation evaluation, Value[] arguments)
    {
        var separator = arguments.Length > 1 ? arguments[1].Text : DefaultSeparator;
        if (separator.Length != 1) return evaluation.Fail($"IMAP folder separator must be one character, found \"{separator}\"");
        var charset = CharsetOperators.Charset(evaluation);
        if (Charsets.ToUnicode(arguments[0].Text, charset, out var isCut) is not { } name)
            return evaluation.Fail($"imapfolder: iconv() failed to convert from {charset}: {(isCut ? "Invalid argument" : "Invalid or incomplete multibyte or wide character")}");
        var encoded = Encode(name, separator[0], arguments.Length > 2 ? arguments[2].Text : "", out var refused);
        return refused is { } c ? evaluation.Fail($"imapfolder: illegal character '{c}'") : evaluation.Append(encoded, arguments[0].Taint);
    }

    static string Encode(string name, char separator, string specials, out char? refused)
    {
        refused = null;
        var text = new StringBuilder(name.Length + 8);
        for (var at = name.StartsWith(separator) ? 1 : 0; at < name.Length;)
        {
            var start = at;
            if (name[at] == separator)
            {
                while (at < name.Length && name[at] == separator) at++;
                if (at < name.Length) text.Append('.');
                continue;
            }
            while (at < name.Length && !IsPlain(name[at], separator, specials)) at++;
            if (at > start) AppendBase64(text, name.AsSpan(start, at - start));
            else if (Refused.Contains(name[at]))
            {
                refused = name[at];
                break;
            }
            else text.Append(name[at++] is '&' ? "&-" : name.AsSpan(start, 1));
        }
        return text.ToString();
    }

    static bool IsPlain(char c, char separator, string specials) => c == separator || (c is >= ' ' and <= '~' && !specials.Contains(c));

    static void AppendBase64(StringBuilder text, ReadOnlySpan<char> run)
    {
        var bytes = new byte[run.Length * 2];
        for (var i = 0; i < run.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i * 2), run[i]);
        text.Append('&').Append(Convert.ToBase64String(bytes).TrimEnd('=').Replace('/', ',')).Append('-');
    }
}
