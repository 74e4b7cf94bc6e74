using Jint.Native;
using Jint.Runtime;
using ScriptMta.Common;

namespace ScriptMta.Scripting;

/// <summary>The border between byte text (one char a byte) and JavaScript strings (Unicode; bytes that are not UTF-8 cross as Latin-1).</summary>
static class JsText
{
    public static JsValue ToJs(string text) => new(Latin1.ToUnicode(text));

    /// <summary>Whatever the value is, as JavaScript would print it.</summary>
    public static string FromJs(JsValue value) => Latin1.FromUnicode(TypeConverter.ToString(value));

    /// <summary>The elements of an array; one text is a list of one; null and undefined are an empty list.</summary>
    public static IReadOnlyList<string> List(JsValue value)
    {
        if (value.IsNull() || value.IsUndefined()) return [];
        if (!value.IsArray()) return [FromJs(value)];
        var array = value.AsArray();
        return [.. Enumerable.Range(0, (int)TypeConverter.ToUint32(array.Get("length"))).Select(i => FromJs(array.Get(i.ToString())))];
    }

    public static bool IsNothing(JsValue value) => value.IsNull() || value.IsUndefined();
}
