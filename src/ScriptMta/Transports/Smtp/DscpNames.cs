using System.Collections.Frozen;
using System.Globalization;
using ScriptMta.Common;

namespace ScriptMta.Transports;

/// <summary>The names of the dscp option: RFC 2474, 2597 and 3246, and the old ones of RFC 1349 whose type of service is a code point shifted by two.</summary>
static class DscpNames
{
    static readonly FrozenDictionary<string, int> Names = new Dictionary<string, int>
    {
        ["cs0"] = 0, ["cs1"] = 8, ["cs2"] = 16, ["cs3"] = 24, ["cs4"] = 32, ["cs5"] = 40, ["cs6"] = 48, ["cs7"] = 56,
        ["af11"] = 10, ["af12"] = 12, ["af13"] = 14, ["af21"] = 18, ["af22"] = 20, ["af23"] = 22, ["af31"] = 26, ["af32"] = 28, ["af33"] = 30, ["af41"] = 34, ["af42"] = 36, ["af43"] = 38,
        ["ef"] = 46, ["lowdelay"] = 4, ["throughput"] = 2, ["reliability"] = 1, ["mincost"] = 0,
    }.ToFrozenDictionary();

    /// <summary>A name, or a number from 0 to 0x3F; null = none of these, and no mark is set.</summary>
    public static int? Find(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (Names.TryGetValue(AsciiCase.Lower(text), out var named)) return named;
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return int.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 0x3F ? number : null;
    }
}
