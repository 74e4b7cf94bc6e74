using System.Text.Json;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>json: the key is a list of member names and array indexes (from 0) that lead to an element; a string is given without its quotes, anything else as JSON (Exim 9.3).</summary>
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
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
        return new LookupResult.Found(Value.Clean(Latin1.FromUnicode(text)));
    }

    static JsonElement? Select(JsonElement element, string selector) => element.ValueKind switch
    {
        JsonValueKind.Array => int.TryParse(selector, System.Globalization.NumberStyles.None, null, out var index) && index < element.GetArrayLength() ? element[index] : null,
        JsonValueKind.Object => element.TryGetProperty(selector, out var member) ? member : null,
        _ => null,
    };

    static JsonDocument Parse(byte[] bytes)
    {
        try { return JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = DepthLimit }); }
        catch (JsonException error)
        {
            throw new InvalidDataException($"for json lookup: not JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}", error);
        }
    }
}
