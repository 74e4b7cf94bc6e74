using System.Collections.Immutable;
using System.Text;

namespace ScriptMta.Mail;

/// <summary>The header section of a message, in order. Immutable: adding and removing give a new section.</summary>
sealed record HeaderSection(ImmutableArray<HeaderField> Fields)
{
    public static readonly HeaderSection Empty = new(ImmutableArray<HeaderField>.Empty);

    public HeaderField? First(string name)
    {
        foreach (var field in Fields)
            if (field.Is(name)) return field;
        return null;
    }

    public IEnumerable<HeaderField> All(string name) => Fields.Where(f => f.Is(name));
    public bool Has(string name) => First(name) is not null;
    public HeaderSection Append(HeaderField field) => new(Fields.Add(field));
    public HeaderSection Prepend(HeaderField field) => new(Fields.Insert(0, field));
    public HeaderSection Remove(string name) => new(Fields.RemoveAll(f => f.Is(name)));

    /// <summary>Every field with LF line ends; no blank line after it.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var field in Fields) text.Append(field.Name).Append(':').Append(field.Body).Append('\n');
        return text.ToString();
    }

    /// <summary>Every field with CRLF line ends, as SMTP and attached messages have it; no blank line after it.</summary>
    public string ToWire() => ToText().Replace("\n", "\r\n");
}
