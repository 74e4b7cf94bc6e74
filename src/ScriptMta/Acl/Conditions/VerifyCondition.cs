using System.Collections.Frozen;

namespace ScriptMta.Acl;

/// <summary>verify = what/option/… (Exim 44.45): the kinds of verification, one row each. What is wrong with an argument is an error: at load where it is written out, else when it is met.</summary>
static class VerifyCondition
{
    const string Expected = "expected \"sender[=address]\", \"recipient\", \"helo\", \"header_syntax\", \"header_sender\", \"header_names_ascii\" or \"reverse_host_lookup\" at start of ACL condition";

    static readonly AclPlaces Senders = AclPlaces.Except(AclWhere.Connect, AclWhere.Helo, AclWhere.Auth, AclWhere.Quit, AclWhere.Etrn, AclWhere.Expn, AclWhere.StartTls, AclWhere.Vrfy);

    static readonly FrozenDictionary<string, VerifyKind> Kinds = new VerifyKind[]
    {
        new("recipient", AclPlaces.Only(AclWhere.Rcpt), RecipientVerification.RunAsync),
        new("sender", Senders, SenderVerification.RunAsync),
        new("header_sender", AclPlaces.Content, HeaderSenderVerification.RunAsync),
        new("header_syntax", AclPlaces.Content, HeaderVerification.Syntax, TellsLogText: true),
        new("header_names_ascii", AclPlaces.Content, HeaderVerification.NamesAscii),
        new("not_blind", AclPlaces.Content, HeaderVerification.NotBlind),
        new("helo", AclPlaces.All, HostVerification.Helo),
        new("reverse_host_lookup", AclPlaces.All, HostVerification.ReverseLookup),
        new("certificate", AclPlaces.All, CertificateVerification.Run),
        new(VerifyRequest.Csa, AclPlaces.All, CsaVerification.RunAsync),
        new("arc", AclPlaces.Content, null),
    }.ToFrozenDictionary(k => k.Name, StringComparer.Ordinal);

    public static AclStep Bind(AclPartSource source)
    {
        var template = AclArgument.Parse(source);
        if (template.IsConstant && VerifyRequest.Parse(template.Source) is var written && (Unknown(written) ?? Check(written)) is { } error) source.Error(error);
        return AclArgument.Expanded(source, static (run, value, cancel) =>
        {
            var request = VerifyRequest.Parse(value.Text);
            if (Check(request) is { } wrong) return new(AclResult.Error(wrong));
            var kind = Kinds[request.Kind];
            return kind.Places.Holds(run.Where)
                ? RunAsync(run, kind, request, cancel)
                : new(AclResult.Error($"cannot verify {request.Kind} in ACL for {AclWhereNames.Text(run.Where)}"));
        });
    }

    static async ValueTask<AclResult> RunAsync(AclRun run, VerifyKind kind, VerifyRequest request, CancellationToken cancel)
    {
        var result = await kind.Work!(run, request, cancel).ConfigureAwait(false);
        if ((kind.TellsLogText ? result.Log : result.User) is { } said) run.Context.Variables[AclStatements.VerifyMessage] = Expansion.Value.Tainted(said);
        return result;
    }

    static string? Unknown(VerifyRequest request) => Kinds.ContainsKey(request.Kind) ? null : $"unknown \"verify = {request.Kind}\"{Language.Nearest.Hint(request.Kind, Kinds.Keys)}";

    static string? Check(VerifyRequest request)
    {
        if (!Kinds.TryGetValue(request.Kind, out var kind) || (request.HasArgument && kind.Name != "sender"))
            return $"{Expected} \"verify {request.Text}\"";
        return kind.Work is null ? $"\"verify = {kind.Name}\" is known, but not built yet" : VerifyOptions.Check(request);
    }
}

/// <summary>One kind of verification; Work is null where it is not built.</summary>
/// <param name="TellsLogText">$acl_verify_message is what the log is told, not what the client is.</param>
sealed record VerifyKind(string Name, AclPlaces Places, Func<AclRun, VerifyRequest, CancellationToken, ValueTask<AclResult>>? Work, bool TellsLogText = false);
