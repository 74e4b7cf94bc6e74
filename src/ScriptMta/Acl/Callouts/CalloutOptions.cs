using ScriptMta.Common;
using ScriptMta.Language;
using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>What follows callout = in a verify condition (Exim 44.47).</summary>
sealed record CalloutOptions
{
    /// <summary>44.47's default for each reply, and for the connection.</summary>
    static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);
    /// <summary>maxwait, unless set: so many times the limit of one reply.</summary>
    const int DefaultWaits = 4;

    public TimeSpan Timeout { get; private init; } = DefaultTimeout;
    public TimeSpan? Connect { get; private init; }
    public TimeSpan? MaxWait { get; private init; }
    public bool DeferOk { get; private init; }
    public bool Hold { get; private init; }
    public bool NoCache { get; private init; }
    public bool Random { get; private init; }
    public bool UsePostmaster { get; private init; }
    public bool UseSender { get; private init; }
    /// <summary>Whom the postmaster check comes from (empty = the null sender); null = no such check.</summary>
    public string? PostmasterFrom { get; private init; }
    /// <summary>postmaster without a domain is enough.</summary>
    public bool FullPostmaster { get; private init; }
    /// <summary>mailfrom=, of header_sender only.</summary>
    public string MailFrom { get; private init; } = "";

    public TimeSpan ConnectTimeout => Connect ?? Timeout;
    public TimeSpan Overall => MaxWait ?? DefaultWaits * Timeout;

    /// <summary>The callout that control = cutthrough_delivery makes when no verify condition did: the message's own transaction begins with it.</summary>
    public static readonly CalloutOptions OfCutthrough = new() { UseSender = true, NoCache = true, Hold = true };

    /// <summary>All options of one condition together: callout=…, and the old callout_defer_ok and check_postmaster. Null without any of them. Error is Exim's text.</summary>
    public static CalloutOptions? Of(VerifyRequest request, out string? error)
    {
        error = null;
        CalloutOptions? options = null;
        foreach (var option in request.Options)
            if (option == "check_postmaster") options = (options ?? new()) with { PostmasterFrom = "" };
            else if (VerifyOptions.IsCallout(option)) options = WithAll(options ?? new(), option["callout".Length..], request, ref error);
        if (error is null && options is { UseSender: true, UsePostmaster: true }) error = "only one of use_sender and use_postmaster can be set for a recipient callout";
        if (error is null && request.Kind == "sender" && options is { } of && (of.UseSender || of.UsePostmaster)) error = "use_sender or use_postmaster cannot be used for a sender verify callout";
        return options;
    }

    static CalloutOptions WithAll(CalloutOptions options, string rest, VerifyRequest request, ref string? error)
    {
        if (rest.StartsWith("_defer_ok", StringComparison.Ordinal)) (options, rest) = (options with { DeferOk = true }, rest["_defer_ok".Length..]);
        rest = rest.TrimSpace();
        if (rest.Length == 0) return options;
        foreach (var item in rest[1..].Split(',', StringSplitOptions.RemoveEmptyEntries))
            if (error is null && item.TrimSpace() is { Length: > 0 } text) options = With(options, text, request, ref error);
        return options;
    }

    static CalloutOptions With(CalloutOptions options, string text, VerifyRequest request, ref string? error)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals].TrimSpaceAtEnd();
        var value = equals < 0 ? "" : text[(equals + 1)..].TrimSpaceAtStart();
        switch (name)
        {
            case "connect": return Needs(equals, name, request, ref error) ? options with { Connect = Time(value, request, ref error) } : options;
            case "maxwait": return Needs(equals, name, request, ref error) ? options with { MaxWait = Time(value, request, ref error) } : options;
            case "mailfrom" when request.Kind != "header_sender": error = $"\"mailfrom\" is allowed as a callout option only for verify=header_sender (detected in ACL condition \"{request.Text}\")"; return options;
            case "mailfrom": return Needs(equals, name, request, ref error) ? options with { MailFrom = Address(value, request, ref error) } : options;
            case "postmaster_mailfrom": return Needs(equals, name, request, ref error) ? options with { PostmasterFrom = Address(value, request, ref error) } : options;
            case "defer_ok": return options with { DeferOk = true };
            case "fullpostmaster": return options with { PostmasterFrom = options.PostmasterFrom ?? "", FullPostmaster = true };
            case "hold": return options with { Hold = true };
            case "no_cache": return options with { NoCache = true };
            case "postmaster": return options with { PostmasterFrom = "" };
            case "random": return options with { Random = true };
            case "use_postmaster": return options with { UsePostmaster = true };
            case "use_sender": return options with { UseSender = true };
            default: return options with { Timeout = Time(text, request, ref error) };
        }
    }

    static bool Needs(int equals, string name, VerifyRequest request, ref string? error)
    {
        if (equals < 0) error = $"'=' expected after \"{name}\" in ACL verify condition \"{request.Text}\"";
        return equals >= 0;
    }

    static TimeSpan Time(string text, VerifyRequest request, ref string? error)
    {
        if (OptionValues.Time(text, out var time)) return time;
        error = $"bad time value in ACL condition \"verify {request.Text}\"";
        return DefaultTimeout;
    }

    static string Address(string text, VerifyRequest request, ref string? error)
    {
        if (text.Length == 0) return "";
        if (AddressParser.TryParseOne(text, AddressRules.Default with { AllowNull = true }, out var parsed, out var why)) return parsed.Address.ToString();
        error = $"malformed address \"{text}\" in ACL condition \"verify {request.Text}\": {why}";
        return "";
    }
}
