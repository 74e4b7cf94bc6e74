using System.Globalization;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Authentication;

/// <summary>
/// SASLprep (RFC 4013) of names and passwords: what two keyboards type differently becomes the same, and what nobody can see is not let in. Without ICU (InvariantGlobalization) the platform
/// has no tables for NFKC: composed and decomposed letters, and full-width and other compatibility forms, then stay apart.
/// </summary>
static class SaslPrep
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>RFC 3454 C.1.2; B.1; C.2.2, C.3, C.4, C.6 to C.9 (ASCII controls are C.2.1, surrogates cannot come up); D.1.</summary>
    static readonly RuneRanges
        Spaces = new("00A0 1680 2000-200B 202F 205F 3000"),
        Nothing = new("00AD 034F 1806 180B-180D 200C-200D 2060 FE00-FE0F FEFF"),
        Prohibited = new("0000-001F 007F 0080-009F 06DD 070E 180E 2028-2029 2061-2063 206A-206F FFF9-FFFD 1D173-1D17A E000-F8FF F0000-FFFFF 100000-10FFFF FDD0-FDEF FFFE-FFFF 2FF0-2FFB 0340-0341 200E-200F 202A-202E E0001 E0020-E007F"),
        RightToLeft = new("05BE 05C0 05C3 05D0-05EA 05F0-05F4 061B 061F 0621-063A 0640-064A 066D-066F 0671-06D5 06DD 06E5-06E6 06FA-06FE 0700-070D 0710 0712-072C 0780-07A5 07B1 200F FB1D FB1F-FB28 FB2A-FB36 FB38-FB3C FB3E FB40-FB41 FB43-FB44 FB46-FBB1 FBD3-FD3D FD50-FD8F FD92-FDC7 FDF0-FDFC FE70-FE74 FE76-FEFC");

    /// <summary>Byte text both ways. Null where a character is prohibited; text that is no UTF-8 stays as it is.</summary>
    public static string? Prepare(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0) return text;
        string decoded;
        try { decoded = Strict.GetString(Latin1.Encode(text)); }
        catch (DecoderFallbackException) { return text; }
        var mapped = new StringBuilder(decoded.Length);
        foreach (var rune in decoded.EnumerateRunes())
            if (Spaces.Hold(rune)) mapped.Append(' ');
            else if (!Nothing.Hold(rune)) mapped.Append(rune.ToString());
        var normal = mapped.ToString().Normalize(NormalizationForm.FormKC);
        var runes = normal.EnumerateRunes().ToList();
        return runes.Exists(Prohibited.Hold) || !IsOneDirection(runes) ? null : Latin1.Decode(Encoding.UTF8.GetBytes(normal));
    }

    /// <summary>RFC 3454 6: with a character from right to left there is none from left to right, and the first and last are such.</summary>
    static bool IsOneDirection(List<Rune> runes)
    {
        if (!runes.Exists(RightToLeft.Hold)) return true;
        return RightToLeft.Hold(runes[0]) && RightToLeft.Hold(runes[^1]) && !runes.Exists(r => !RightToLeft.Hold(r) && Rune.IsLetter(r));
    }
}

/// <summary>Code points in hexadecimal, single or from-to.</summary>
sealed class RuneRanges(string text)
{
    readonly (int From, int To)[] _ranges = [.. text.Split(' ').Select(range => range.Split('-')).Select(ends => (Number(ends[0]), Number(ends[^1])))];

    public bool Hold(Rune rune) => Array.Exists(_ranges, r => rune.Value >= r.From && rune.Value <= r.To);

    static int Number(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
