using System.Globalization;
using System.Text;
using System.Text.Json;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>
/// json: the key is a list of member names and of array indexes (from 0) that lead to an element. A string is given without its quotes, an object or array as JSON
/// on one line (Exim 9.3). A selector of digits only is an index.
/// </summary>
sealed class JsonLookup : ILookup
{
    // Configuration data is nested a handful deep; the limit keeps a hostile file from using up the stack.
    const int DepthLimit = 64;

    readonly FileCache<JsonDocument> _files = new("for json lookup", "json", Parse);

    public string Type => "json";
    public bool IsQuery => false;

    public LookupResult Find(LookupRequest request)
    {
        if (_files.Get(request.File!, out var reason) is not { } file) return new LookupResult.Failed(reason);
        var element = file.RootElement;
        foreach (var selector in new ListText(request.Key.Text))
            if (Select(element, Latin1.ToUnicode(selector)) is { } inner) element = inner;
            else return LookupResult.NotFound.Instance;
        var text = new StringBuilder();
        if (element.ValueKind == JsonValueKind.String) text.Append(element.GetString());
        else Append(text, element);
        return new LookupResult.Found(Value.Clean(Latin1.FromUnicode(text.ToString())));
    }

    static JsonElement? Select(JsonElement element, string selector)
    {
        if (selector.Length > 0 && selector.All(char.IsAsciiDigit))
            return element.ValueKind == JsonValueKind.Array && int.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < element.GetArrayLength() ? element[index] : null;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(selector, out var member) ? member : null;
    }

    /// <summary>One line, with a space after each comma and colon, and only the escapes that JSON demands.</summary>
    static void Append(StringBuilder text, JsonElement element)
    {
        var first = true;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in element.EnumerateObject())
                {
                    Quoted(Separated(text, ref first), member.Name).Append(": ");
                    Append(text, member.Value);
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in element.EnumerateArray()) Append(Separated(text, ref first), item);
                text.Append(']');
                break;
            case JsonValueKind.String: Quoted(text, element.GetString()!); break;
            default: text.Append(element.GetRawText()); break;
        }
    }

    static StringBuilder Separated(StringBuilder text, ref bool first)
    {
        if (!first) text.Append(", ");
        first = false;
        return text;
    }

    static StringBuilder Quoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        return text.Append('"');
    }

    static JsonDocument Parse(byte[] bytes)
    {
        try { return JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = DepthLimit }); }
        catch (JsonException error)
        {
            throw new InvalidDataException($"for json lookup: not JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}", error);
        }
    }
}
