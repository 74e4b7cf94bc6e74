using System.Globalization;
using ScriptMta.Language;

namespace ScriptMta.Acl;

enum RateUpdate { Leaky, Strict, Readonly }

/// <summary>The argument "limit / period / options / key" of ratelimit, read (Exim 44.39). It holds nothing of the message, so that a constant one is read once.</summary>
sealed class RateRule
{
    RateRule(string text, string limitText, string periodText) => (Text, LimitText, PeriodText) = (text, limitText, periodText);

    public string Text { get; }
    /// <summary>As written, for $sender_rate_limit and $sender_rate_period.</summary>
    public string LimitText { get; }
    public string PeriodText { get; }
    public double Limit { get; private init; }
    public TimeSpan Period { get; private init; }
    public RateOptions Options { get; } = new();
    /// <summary>Under which the rate is kept, but for the rule's own key: period and what is counted. The limit is not in it.</summary>
    public string KeyPrefix { get; private set; } = "";
    /// <summary>The whole key; null = the peer's address comes after the prefix.</summary>
    public string? Key { get; private set; }

    /// <summary>Null when the text is wrong.</summary>
    public static RateRule? Parse(string text, out string error)
    {
        var position = 0;
        if (!ListSyntax.TryNext(text, '/', ref position, out var limit)) { error = "sender rate limit not set"; return null; }
        if (!TryNumber(limit.Text, out var most, withSuffix: true)) { error = $"\"{limit.Text}\" is not a positive number"; return null; }
        var period = ListSyntax.TryNext(text, '/', ref position, out var item) ? item.Text : "NULL";
        if (!OptionValues.Time(period, out var time) || time == TimeSpan.Zero) { error = $"\"{period}\" is not a time value"; return null; }
        var rule = new RateRule(text, limit.Text, period) { Limit = most, Period = time };
        while (ListSyntax.TryNext(text, '/', ref position, out item))
            if (rule.Options.Take(item.Text) is { } wrong) { error = wrong; return null; }
        rule.KeyPrefix = $"{period}/{rule.Options.Mode}/{(rule.Options.IsUnique ? "unique/" : "")}";
        rule.Key = rule.Options.Key is { } key ? rule.KeyPrefix + key : null;
        error = "";
        return rule;
    }

    /// <summary>Not below zero; K, M and G are powers of 1024.</summary>
    public static bool TryNumber(string text, out double number, bool withSuffix)
    {
        number = 0;
        if (text.Length == 0) return true;
        var factor = !withSuffix ? 1 : (text[^1] | 0x20) switch { 'k' => 1 << 10, 'm' => 1 << 20, 'g' => 1 << 30, _ => 1 };
        var digits = factor == 1 ? text : text[..^1];
        if (!double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)) return false;
        number *= factor;
        return number >= 0 && double.IsFinite(number);
    }
}
