using System.Collections.Frozen;
using ScriptMta.Common;

namespace ScriptMta.Acl;

/// <summary>verify = what/option/… (Exim 44.45): the kinds of verification, one row each. Options that nobody knows are an error; one that is known but not built is a warning at load, and the verification then defers: it neither accepts nor refuses what nobody has verified.</summary>
static class VerifyCondition
{
    static readonly AclPlaces Senders = AclPlaces.Except(AclWhere.Connect, AclWhere.Helo, AclWhere.Auth, AclWhere.Quit, AclWhere.Etrn, AclWhere.Expn, AclWhere.StartTls, AclWhere.Vrfy);

    static readonly FrozenDictionary<string, VerifyKind> Kinds = new VerifyKind[]
    {
        new("recipient", AclPlaces.Only(AclWhere.Rcpt), AddressVerification.Recipient, ["defer_ok", "success_on_redirect"]),
        new("sender", Senders, AddressVerification.Sender, ["defer_ok", "no_details", "success_on_redirect"]),
        new("header_sender", AclPlaces.Content, AddressVerification.HeaderSender, ["defer_ok"]),
        new("header_syntax", AclPlaces.Content, HeaderVerification.Syntax, []),
        new("header_names_ascii", AclPlaces.Content, HeaderVerification.NamesAscii, []),
        new("not_blind", AclPlaces.Content, HeaderVerification.NotBlind, ["case_insensitive"]),
        new("helo", AclPlaces.All, HostVerification.Helo, []),
        new("reverse_host_lookup", AclPlaces.All, HostVerification.ReverseLookup, ["defer_ok"]),
        new("certificate", AclPlaces.All, CertificateVerification.Run, []),
        new("arc", AclPlaces.Content, null, []),
        new("csa", AclPlaces.All, null, []),
    }.ToFrozenDictionary(k => k.Name, StringComparer.Ordinal);

    static readonly string[] NotBuilt = ["callout", "quota"];

    public static AclStep Bind(AclPartSource source)
    {
        var template = AclArgument.Parse(source);
        if (template.IsConstant) Report(source, VerifyRequest.Parse(template.Source));
        return AclArgument.Expanded(source, static (run, value, cancel) =>
        {
            var request = VerifyRequest.Parse(value.Text);
            if (Check(request) is { } wrong) return new(AclResult.Error(wrong));
            if (Unbuilt(request) is { } unbuilt) return new(AclResult.Defer(unbuilt));
            var kind = Kinds[request.Kind];
            return kind.Places.Holds(run.Where)
                ? kind.Work!(run, request, cancel)
                : new(AclResult.Error($"cannot verify {request.Kind} in ACL for {AclWhereNames.Text(run.Where)}"));
        });
    }

    static void Report(AclPartSource source, VerifyRequest request)
    {
        if (Check(request) is { } error) source.Error(error);
        else if (Unbuilt(request) is { } unbuilt) source.Problems.Warn(source.Argument.At, $"ACL \"{source.AclName}\": {unbuilt}; until then this verification defers");
    }

    static string? Unbuilt(VerifyRequest request) =>
        NotBuilt.FirstOrDefault(name => request.Options.Any(option => NameOf(option) == name)) is { } found
            ? $"option \"{found}\" of \"verify = {request.Kind}\" is known, but not built yet" : null;

    static string NameOf(string option) => option.Split('=')[0].TrimSpace();

    static string? Check(VerifyRequest request)
    {
        if (!Kinds.TryGetValue(request.Kind, out var kind)) return $"unknown \"verify = {request.Kind}\"{Language.Nearest.Hint(request.Kind, Kinds.Keys)}";
        if (kind.Work is null) return $"\"verify = {kind.Name}\" is known, but not built yet";
        foreach (var option in request.Options)
        {
            var name = NameOf(option);
            if (!NotBuilt.Contains(name) && !kind.Options.Contains(name)) return $"unknown option \"{name}\" in \"verify = {kind.Name}\"{Language.Nearest.Hint(name, kind.Options)}";
        }
        return request.Argument.Length > 0 && kind.Name != "sender" ? $"unexpected argument for \"{kind.Name}\" in \"verify\" condition" : null;
    }
}

/// <summary>One kind of verification; Work is null where it is not built.</summary>
sealed record VerifyKind(string Name, AclPlaces Places, Func<AclRun, VerifyRequest, CancellationToken, ValueTask<AclResult>>? Work, string[] Options);
