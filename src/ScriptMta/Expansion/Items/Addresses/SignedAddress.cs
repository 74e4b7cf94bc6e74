using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// Signed sender addresses (prvs, of the BATV draft): "prvs=", a key number, the day of expiry, six digits of an HMAC-SHA-1, "=", and the address.
/// </summary>
static partial class SignedAddress
{
    // Exim's: a bounce comes within a week or never.
    const int ValidDays = 7;
    const int DayCycle = 1000;
    const int CodeBytes = 3;

    public static ExpandedKind Sign(Evaluation evaluation, Value[] arguments)
    {
        var address = arguments[0].Text;
        if (address.IndexOf('@', StringComparison.Ordinal) is var at && (at <= 0 || at == address.Length - 1))
            return evaluation.Fail("prvs first argument must be a qualified email address");
        var key = arguments.Length < 3 ? "0" : arguments[2].Text;
        if (key.Length != 1 || !char.IsAsciiDigit(key[0])) return evaluation.Fail("prvs third argument must be a single digit");
        var day = ((Today(evaluation) + ValidDays) % DayCycle).ToString("000", CultureInfo.InvariantCulture);
        return evaluation.Append($"prvs={key}{day}{Code(arguments[1].Text, key + day + address)}={address}", arguments[0].Taint);
    }

    /// <summary>Null when it is no signed address at all.</summary>
    public static SignedParts? Split(string text) => Form().Match(text) is { Success: true } match
        ? new SignedParts(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, $"{match.Groups[4].Value}@{match.Groups[5].Value}") : null;

    public static bool IsGood(Evaluation evaluation, SignedParts parts, string secret)
    {
        var left = (int.Parse(parts.Day, CultureInfo.InvariantCulture) - Today(evaluation) % DayCycle + DayCycle) % DayCycle;
        return left <= ValidDays && Code(secret, parts.KeyNumber + parts.Day + parts.Address) == parts.Code;
    }

    static int Today(Evaluation evaluation) => (int)(evaluation.Context.Environment.Clock.GetUtcNow().ToUnixTimeSeconds() / (24 * 60 * 60));

    static string Code(string secret, string text) => Convert.ToHexStringLower(HMACSHA1.HashData(Latin1.Encode(secret), Latin1.Encode(text)).AsSpan(0, CodeBytes));

    [GeneratedRegex("^prvs=([0-9])([0-9]{3})([A-F0-9]{6})=(.+)@(.+)\\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Form();
}

readonly record struct SignedParts(string KeyNumber, string Day, string Code, string Address);
