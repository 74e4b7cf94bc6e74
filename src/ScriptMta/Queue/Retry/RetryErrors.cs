using System.Collections.Frozen;

namespace ScriptMta.Queue;

/// <summary>The error names of retry rules (Exim 32.5): which exist, and which rule names cover which errors.</summary>
static class RetryErrors
{
    static readonly FrozenSet<string> Names = new[]
    {
        "*", "auth_failed", "lost_connection", "lookup", "refused", "refused_A", "refused_MX", "timeout", "timeout_A", "timeout_MX", "timeout_connect",
        "timeout_connect_A", "timeout_connect_MX", "tls_required", "quota",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsKnown(string name, out string why)
    {
        why = "";
        if (Names.Contains(name) || IsReplyPattern(name)) return true;
        why = name.StartsWith("quota_", StringComparison.Ordinal)
            ? $"retry rule: error name \"{name}\" is known but not built yet (use quota)"
            : $"retry rule: unknown or malformed retry error name \"{name}\"";
        return false;
    }

    /// <summary>mail_4xx, rcpt_45x, data_451: each of the last two digits may be "x".</summary>
    static bool IsReplyPattern(string name) =>
        name.Length == 8 && name[..6] is "mail_4" or "rcpt_4" or "data_4" && name[6..].All(c => c == 'x' || char.IsAsciiDigit(c));

    public static bool Covers(string rule, string error) =>
        rule == "*" || rule == error
        || (rule is "refused" or "timeout_connect" or "timeout" && error.StartsWith(rule + "_", StringComparison.Ordinal))
        || (rule is "timeout_A" or "timeout_MX" && error.StartsWith("timeout", StringComparison.Ordinal) && error.EndsWith(rule[7..], StringComparison.Ordinal))
        || (rule.Contains('x') && rule.Length == error.Length && rule.Zip(error).All(pair => pair.First == pair.Second || pair.First == 'x'));
}
