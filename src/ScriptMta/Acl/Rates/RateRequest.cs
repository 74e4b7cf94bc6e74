using System.Globalization;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Acl;

enum RateUpdate { Leaky, Strict, Readonly }

/// <summary>What one ratelimit condition asks: the argument "limit / period / options / key" (Exim 44.39), with what is counted here and now.</summary>
sealed record RateRequest
{
    /// <summary>As written, for $sender_rate_limit and $sender_rate_period.</summary>
    public required string LimitText { get; init; }
    public required string PeriodText { get; init; }
    public required double Limit { get; init; }
    public required TimeSpan Period { get; init; }
    public required RateUpdate Update { get; init; }
    public required double Count { get; init; }
    /// <summary>How long a rate that was measured stands without being measured again.</summary>
    public required RateScope Scope { get; init; }
    /// <summary>What makes an event new (unique=, per_addr); null = every event counts.</summary>
    public string? Unique { get; init; }
    /// <summary>Under which the rate is kept: period, what is counted, and the rule's own key. The limit is not in it.</summary>
    public required string Key { get; init; }

    /// <summary>Null when the argument is wrong.</summary>
    public static RateRequest? Parse(string text, AclRun run, out string error)
    {
        var (position, found) = (0, new RateOptions());
        if (!ListSyntax.TryNext(text, '/', ref position, out var limit)) { error = "sender rate limit not set"; return null; }
        if (!TryNumber(limit.Text, out var most, withSuffix: true)) { error = $"\"{limit.Text}\" is not a positive number"; return null; }
        var period = ListSyntax.TryNext(text, '/', ref position, out var item) ? item.Text : "NULL";
        if (!OptionValues.Time(period, out var time) || time == TimeSpan.Zero) { error = $"\"{period}\" is not a time value"; return null; }
        while (ListSyntax.TryNext(text, '/', ref position, out item))
            if (found.Take(item.Text) is { } wrong) { error = wrong; return null; }
        if (found.Update is RateUpdate.Leaky or RateUpdate.Strict && !found.Places.Holds(run.Where))
        {
            error = $"\"{found.Mode}\" must not have /leaky or /strict option, or cannot be used in {AclWhereNames.Text(run.Where)} ACL";
            return null;
        }
        error = "";
        var update = found.Update ?? (found.Places.Holds(run.Where) ? RateUpdate.Leaky : RateUpdate.Readonly);
        return new()
        {
            LimitText = limit.Text, PeriodText = period, Limit = most, Period = time, Update = update, Scope = found.Scope,
            Count = update == RateUpdate.Readonly ? 0 : found.Count ?? found.CountedHere(run),
            Unique = update == RateUpdate.Readonly ? null : found.Unique ?? (found.IsPerAddress ? $"{run.Context.Address.LocalPart}@{run.Context.Address.Domain}" : null),
            Key = $"{period}/{found.Mode}/{(found.IsUnique ? "unique/" : "")}{found.Key ?? run.Context.Connection.HostAddress}",
        };
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
