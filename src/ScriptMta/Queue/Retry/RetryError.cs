using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Queue;

/// <summary>
/// An error as retry rules name it (Exim 32.5): "refused_A", "rcpt_45x", "quota" with the time since the mailbox was read. A failure has such a name too, or one
/// of its own that only "*" covers.
/// </summary>
readonly record struct RetryError(string Name, TimeSpan Unread = default)
{
    static readonly FrozenSet<string> Plain = new[] { "*", "auth_failed", "lost_connection", "lookup", "refused", "timeout", "tls_required", "quota", "timeout_connect" }.ToFrozenSet(StringComparer.Ordinal);

    static readonly string[] ReplyPrefixes = ["rcpt_4", "mail_4", "data_4"];

    /// <summary>A name in a rule or on the command line, in any case. Null with Exim's text for what is wrong.</summary>
    public static RetryError? Parse(string text, out string error)
    {
        error = "";
        var name = AsciiCase.Lower(text);
        if (Plain.Contains(name)) return new(name);
        if (name.StartsWith("quota_", StringComparison.Ordinal)) return Quota(text["quota_".Length..], out error);
        if (name.StartsWith("refused_", StringComparison.Ordinal)) return Route("refused", name["refused_".Length..]) ?? Wrong("A or MX expected after \"refused\"", out error);
        if (name.StartsWith("timeout_", StringComparison.Ordinal)) return Timeout(name["timeout_".Length..], out error);
        if (ReplyPrefixes.FirstOrDefault(p => name.StartsWith(p, StringComparison.Ordinal)) is { } prefix)
            return IsCode(text[prefix.Length..]) ? new(name) : Wrong($"{prefix} must be followed by xx, dx, or dd, where x is literal and d is any digit", out error);
        return Wrong($"unknown or malformed retry error \"{text}\"", out error);
    }

    /// <summary>The name that a failure carries.</summary>
    public static RetryError OfFailure(string name) => Parse(name, out _) ?? new(name);

    /// <summary>"timeout_dns" never meant anything, and counts as "timeout".</summary>
    public static bool IsObsolete(string text) => AsciiCase.Same(text, "timeout_dns");

    public const string ObsoleteWarning = "\"timeout_dns\" is no longer available in retry rules (it has never worked) - treated as \"timeout\"";

    /// <summary>Whether a rule for this error is one for that failure: "x" stands for any digit, and a shorter name for all that begin with it.</summary>
    public bool Covers(RetryError failure) => Name switch
    {
        "*" => true,
        "quota" => failure.Name == "quota" && failure.Unread >= Unread,
        "refused" or "timeout" or "timeout_connect" => failure.Name == Name || failure.Name.StartsWith(Name + "_", StringComparison.Ordinal),
        "timeout_A" or "timeout_MX" => failure.Name == Name || failure.Name == "timeout_connect" + Name["timeout".Length..],
        _ when Name.Length == failure.Name.Length && Name.AsSpan(0, Name.Length - 2).SequenceEqual(failure.Name.AsSpan(0, Name.Length - 2)) => SameDigit(^2, failure) && SameDigit(^1, failure),
        _ => false,
    };

    /// <summary>In the words of -brt, which knows no names for most.</summary>
    public string Shown => Name switch
    {
        "quota" => Unread > TimeSpan.Zero ? "quota_" + OptionValues.FormatTime(Unread) : Name,
        "auth_failed" => Name,
        _ when Name.StartsWith("refused", StringComparison.Ordinal) || Name.StartsWith("timeout", StringComparison.Ordinal) => Name,
        _ => "*",
    };

    bool SameDigit(Index at, RetryError failure) => Name[at] == failure.Name[at] || (Name[at] == 'x' && ReplyPrefixes.Any(Name.StartsWith));

    static RetryError? Quota(string time, out string error)
    {
        error = "";
        return OptionValues.Time(time, out var unread) ? new("quota", unread) : Wrong("bad time value", out error);
    }

    /// <summary>Behind "_", already in lower case; nothing at all is no restriction.</summary>
    static RetryError? Route(string what, string route) => route switch
    {
        "" => new(what),
        "a" => new(what + "_A"),
        "mx" => new(what + "_MX"),
        _ => null,
    };

    static RetryError? Timeout(string what, out string error)
    {
        error = "";
        if (what == "dns") return new("timeout");
        var connect = what.StartsWith("connect_", StringComparison.Ordinal);
        return (connect ? Route("timeout_connect", what["connect_".Length..]) : Route("timeout", what))
            ?? Wrong("\"A\", \"MX\", or \"connect\" expected after \"timeout\"", out error);
    }

    static bool IsCode(string code) => code is "xx" || (code.Length == 2 && char.IsAsciiDigit(code[0]) && (code[1] == 'x' || char.IsAsciiDigit(code[1])));

    static RetryError? Wrong(string what, out string error)
    {
        error = what;
        return null;
    }
}
