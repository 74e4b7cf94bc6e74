using System.Buffers;
using System.Text;

namespace ScriptMta.Expansion;

/// <summary>Text, escapes and what may follow "$" (Exim 11.1 and 11.5).</summary>
static class TemplateGrammar
{
    static readonly SearchValues<char> Special = SearchValues.Create("\\$");
    static readonly SearchValues<char> SpecialInside = SearchValues.Create("\\$}");

    public static Node? ReadText(TemplateReader reader, bool insideBraces)
    {
        List<Node>? parts = null;
        Node? last = null;
        while (!reader.AtEnd && !(insideBraces && reader.Next == '}'))
        {
            var part = reader.Next == '$' ? ReadReference(reader) : ReadPlain(reader, insideBraces);
            if (part is null) return null;
            if (last is not null) (parts ??= []).Add(last);
            last = part;
        }
        if (insideBraces && reader.AtEnd) return reader.FailAtEnd();
        if (parts is null) return last ?? TextNode.Empty;
        parts.Add(last!);
        return new SequenceNode([.. parts]);
    }

    static TextNode? ReadPlain(TemplateReader reader, bool insideBraces)
    {
        StringBuilder? built = null;
        while (true)
        {
            var rest = reader.Text.AsSpan(reader.At);
            var length = rest.IndexOfAny(insideBraces ? SpecialInside : Special);
            if (length < 0) length = rest.Length;
            reader.At += length;
            if (reader.Next != '\\' || reader.AtEnd)
                return built is null ? new TextNode(rest[..length].ToString()) : new TextNode(built.Append(rest[..length]).ToString());
            (built ??= new()).Append(rest[..length]);
            reader.At++;
            if (!ReadEscape(reader, built)) return null;
        }
    }

    /// <summary>Text up to "}", which is left unread: escapes mean what they do elsewhere, "$" stands for itself.</summary>
    public static string? ReadUnexpanded(TemplateReader reader)
    {
        var built = new StringBuilder();
        while (!reader.AtEnd && reader.Next != '}')
        {
            if (reader.Next != '\\') built.Append(reader.Text[reader.At++]);
            else
            {
                reader.At++;
                if (!ReadEscape(reader, built)) return null;
            }
        }
        if (!reader.AtEnd) return built.ToString();
        reader.FailAtEnd();
        return null;
    }

    static bool ReadEscape(TemplateReader reader, StringBuilder built)
    {
        if (reader.AtEnd) return reader.Fail("\\ at end of string") is not null;
        if (reader.Next == 'N')
        {
            var start = reader.At + 1;
            var end = reader.Text.IndexOf("\\N", start, StringComparison.Ordinal);
            built.Append(reader.Text, start, (end < 0 ? reader.Text.Length : end) - start);
            reader.At = end < 0 ? reader.Text.Length : end + 2;
            return true;
        }
        built.Append(Escape.Read(reader.Text, ref reader.At));
        return true;
    }

    static Node? ReadReference(TemplateReader reader)
    {
        reader.At++;
        if (char.IsAsciiLetter(reader.Next)) return ReadPlainReference(reader);
        if (char.IsAsciiDigit(reader.Next)) return ReadCapture(reader);
        if (!reader.Take('{')) return reader.Fail("$ not followed by letter, digit, or {");
        if (char.IsAsciiDigit(reader.Next))
        {
            var capture = ReadCapture(reader);
            return reader.Take('}') ? capture : reader.Fail("} expected after number");
        }
        return char.IsAsciiLetter(reader.Next) ? ReadItem(reader) : reader.Fail("letter or digit expected after ${");
    }

    static CaptureNode ReadCapture(TemplateReader reader)
    {
        var number = 0;
        for (; char.IsAsciiDigit(reader.Next); reader.At++) number = Math.Min(number * 10 + reader.Next - '0', 1000);
        return new CaptureNode(number);
    }

    static Node? ReadPlainReference(TemplateReader reader)
    {
        var start = reader.At;
        var name = reader.ReadName("_");
        if (HeaderReference.TryPrefix(name, out var kind, out var prefix))
        {
            reader.At = start + prefix;
            return new HeaderNode(reader.ReadHeaderName(), kind);
        }
        return VariableTable.Find(name, out var why) is { } read ? new VariableNode(read) : reader.Fail($"unknown variable name \"{name}\"{why}");
    }

    static Node? ReadItem(TemplateReader reader)
    {
        var name = reader.ReadName("_-");
        if (ItemTable.Find(name) is { } item) return item.Read(reader, item);
        if (reader.Next == ':') return ReadOperator(reader, name);
        if (!reader.Take('}')) return reader.Fail($"\"${{{name}\" is not a known operator (or a }} is missing in a variable reference)");
        return VariableTable.Find(name, out var why) is { } read ? new VariableNode(read) : reader.Fail($"unknown variable in \"${{{name}}}\"{why}");
    }

    static Node? ReadOperator(TemplateReader reader, ReadOnlySpan<char> name)
    {
        reader.At++;
        if (CertificateOperators.Read(reader, name) is { } certificate) return certificate;
        var operand = reader.ReadBraced();
        if (operand is null) return null;
        reader.At++;
        var function = OperatorTable.Find(name, out var argument, out var error);
        if (function is not null) return new OperatorNode(function, argument, operand);
        reader.Fail(error);
        return null;
    }
}
