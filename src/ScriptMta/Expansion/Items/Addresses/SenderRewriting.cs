using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Expansion;

/// <summary>
/// The sender rewriting scheme in Exim's own form: SRS0=code=day=domain=local part, where the code is four digits of an HMAC-MD5 of the address in lower case, and the
/// day is two base-32 letters that come round every 1,024 days.
/// </summary>
static partial class SenderRewriting
{
    const int DayCycle = 1024;
    // Exim's: how long a bounce may take.
    const int ValidDays = 10;
    const int CodeDigits = 4;
    const string Letters = "abcdefghijklmnopqrstuvwxyz234567";

    public static ExpandedKind Encode(Evaluation evaluation, Value[] arguments)
    {
        var (secret, sender, domain) = (arguments[0].Text, arguments[1], arguments[2].Text);
        if (sender.Text.Length == 0) return ExpandedKind.Ok; // the null sender stays
        if (!AddressParser.TryParseOne(sender.Text, AddressOperators.Rules(evaluation), out var parsed, out var error)) return evaluation.Fail(error);
        var day = Today(evaluation);
        var local = $"SRS0={Code(secret, sender.Text)}={Letters[day / 32]}{Letters[day % 32]}={parsed.Address.Domain}={Bare(parsed.Address.LocalPart)}";
        return evaluation.Append($"{QuoteOperators.LocalPart(local)}@{domain}", sender.Taint.Join(arguments[2].Taint));
    }

    public static Condition? ReadCondition(TemplateReader reader, string name)
    {
        var arguments = new Node[2];
        for (var i = 0; i < arguments.Length; i++)
        {
            reader.SkipSpace();
            if (!reader.Take('{'))
            {
                reader.FailBraces($"too few arguments or bracketing error for {name}");
                return null;
            }
            if (reader.ReadBraced() is not { } argument) return null;
            reader.At++;
            arguments[i] = argument;
        }
        return new CallCondition(Decode, arguments);
    }

    /// <summary>$srs_recipient is set whenever the local part has the form; the condition holds when code and day are good too, or when there is no secret.</summary>
    static ExpandedKind Decode(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        yes = false;
        var match = Form().Match(arguments[0].Text);
        if (!match.Success) return ExpandedKind.Ok;
        var (domain, local) = (AsciiCase.Lower(match.Groups[3].Value), AsciiCase.Lower(match.Groups[4].Value));
        var quoted = QuoteOperators.LocalPart(arguments[0].Text) != arguments[0].Text ? QuoteOperators.InQuotes(local) : local;
        evaluation.Context.Variables["srs_recipient"] = new Value($"{quoted}@{domain}", arguments[0].Taint);
        var secret = arguments[1].Text;
        yes = secret.Length == 0 || (IsRecent(evaluation, match.Groups[2].ValueSpan) && Code(secret, $"{local}@{domain}") == match.Groups[1].Value);
        return ExpandedKind.Ok;
    }

    static bool IsRecent(Evaluation evaluation, ReadOnlySpan<char> letters)
    {
        var (high, low) = (Letters.IndexOf(letters[0]), Letters.IndexOf(letters[1]));
        return high >= 0 && low >= 0 && (Today(evaluation) - (high * 32 + low) + DayCycle) % DayCycle <= ValidDays;
    }

    /// <summary>Without its quotes: the whole new local part is quoted if it needs them.</summary>
    static string Bare(string local)
    {
        var at = 0;
        return local.StartsWith('"') ? Fields.Dequote(local, ref at) : local;
    }

    static int Today(Evaluation evaluation) => (int)(evaluation.Context.Environment.Clock.GetUtcNow().ToUnixTimeSeconds() / (24 * 60 * 60) % DayCycle);

    static string Code(string secret, string address) =>
        Convert.ToHexStringLower(HMACMD5.HashData(Latin1.Encode(secret), Latin1.Encode(AsciiCase.Lower(address))))[..CodeDigits];

    [GeneratedRegex("^SRS0=([^=]+)=([a-z2-7]{2})=([^=\\n]*)=([^\\n]*)\\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
