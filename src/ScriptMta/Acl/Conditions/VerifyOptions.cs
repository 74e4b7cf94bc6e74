using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>Which options a kind of verification may have (Exim 44.45); the errors are Exim's.</summary>
static class VerifyOptions
{
    static readonly FrozenSet<string> OfAddress = new[] { "defer_ok", "no_details", "success_on_redirect", "callout", "check_postmaster", "quota" }.ToFrozenSet(StringComparer.Ordinal);
    static readonly FrozenSet<string> DeferOk = new[] { "defer_ok" }.ToFrozenSet(StringComparer.Ordinal);
    static readonly FrozenSet<string> CaseInsensitive = new[] { "case_insensitive" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Null = this kind takes none.</summary>
    static FrozenSet<string>? Of(string kind) => kind switch
    {
        "sender" or "recipient" or "header_sender" => OfAddress,
        "reverse_host_lookup" => DeferOk,
        "not_blind" => CaseInsensitive,
        _ => null,
    };

    /// <summary>"callout", "callout = …", or the old "callout_defer_ok".</summary>
    public static bool IsCallout(string option)
    {
        if (!option.StartsWith("callout", StringComparison.Ordinal)) return false;
        var rest = option["callout".Length..];
        if (rest.StartsWith("_defer_ok", StringComparison.Ordinal)) rest = rest["_defer_ok".Length..];
        return rest.TrimSpaceAtStart() is "" or ['=', ..];
    }

    /// <summary>Null when all is well.</summary>
    public static string? Check(VerifyRequest request)
    {
        if (request.Kind == VerifyRequest.Csa) return request.Options.Count > 1 ? $"unknown option \"{request.Options[1]}\" in ACL condition \"verify {request.Text}\"" : null;
        if (request.Options.Count == 0) return null;
        if (Of(request.Kind) is not { } known) return $"unexpected '/' found in \"{request.Text}\" (this verify item has no options)";
        foreach (var option in request.Options)
        {
            if (known == OfAddress && IsCallout(option)) continue;
            var name = option.Split('=')[0].TrimSpaceAtEnd();
            if (known == OfAddress && QuotaVerification.IsQuota(option)) continue;
            if (!known.Contains(option)) return $"unknown option \"{option}\" in ACL condition \"verify {request.Text}\"{Nearest.Hint(name, known)}";
        }
        CalloutOptions.Of(request, out var error);
        if (error is null) QuotaVerification.Of(request, out error);
        return error;
    }
}
