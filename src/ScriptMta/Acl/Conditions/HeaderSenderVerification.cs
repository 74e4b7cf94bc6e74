using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Acl;

/// <summary>verify = header_sender (Exim 44.26): one address in Sender:, Reply-To: or From: must verify as a sender. A malformed one ends the search.</summary>
static class HeaderSenderVerification
{
    static readonly string[] Names = ["Sender", "Reply-To", "From"];

    public static async ValueTask<AclResult> RunAsync(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        if (run.Router is null) return AclResult.Error("no routers to verify with");
        AddressCheck.SetFailure(run, isRecipient: false, null);
        var (deferred, refused) = (false, default(string));
        foreach (var name in Names)
            foreach (var field in run.Context.Message.Headers?.All(name) ?? [])
                foreach (var item in AddressParser.ParseList(field.Unfolded, HeaderVerification.Rules))
                {
                    if (item.Error is { } error) return Malformed(run, field, item, error);
                    switch (await OneAsync(run, item.Address, request, cancel).ConfigureAwait(false))
                    {
                        case null: return AclResult.Ok;
                        case { Kind: AclResultKind.Defer }: deferred = true; break;
                        case { } no: refused = $"could not verify \"{field.Name}:\" header address\n{item.Address}: {no.Log}"; break;
                    }
                }
        return deferred ? AclResult.Defer("all attempts to verify a sender in a header line deferred") : Failed(run, "there is no valid sender in any header line", refused);
    }

    /// <summary>Null when it verifies.</summary>
    static async ValueTask<AclResult?> OneAsync(AclRun run, MailAddress address, VerifyRequest request, CancellationToken cancel)
    {
        if (!address.IsQualified && !AclSession.Allows(run.Session.UnqualifiedSenders)) return Not(run, "qualify", AclResultKind.Fail, SenderVerification.Unqualified);
        switch (await AddressCheck.RouteAsync(run, address, request, isRecipient: false, cancel).ConfigureAwait(false))
        {
            case VerifyOutcome.Failed failed: return Not(run, "route", AclResultKind.Fail, failed.SmtpReply ?? failed.Text);
            case VerifyOutcome.Deferred deferred: return request.Has("defer_ok") ? Not(run, "route", AclResultKind.Ok, "") : Not(run, "route", AclResultKind.Defer, deferred.Text);
            case VerifyOutcome.Verified verified:
                return await AddressCheck.CallAsync(run, verified, request, isRecipient: false, cancel).ConfigureAwait(false) switch
                {
                    CalloutOutcome.Failed failed => new AclResult(AclResultKind.Fail, null, failed.Log ?? failed.Cached),
                    CalloutOutcome.Deferred later => AclResult.Defer(AddressCheck.Reason(later, isRecipient: false)),
                    _ => null,
                };
            default: throw new InvalidOperationException("unknown outcome");
        }
    }

    static AclResult? Not(AclRun run, string word, AclResultKind kind, string why)
    {
        AddressCheck.SetFailure(run, isRecipient: false, word);
        return kind == AclResultKind.Ok ? null : new AclResult(kind, null, why);
    }

    static AclResult Malformed(AclRun run, HeaderField field, AddressListItem item, string error)
    {
        var text = $"syntax error in '{field.Name}:' header when scanning for sender: {error} in \"{item.Text}\"";
        return Failed(run, text, text);
    }

    /// <summary>The peer is told with smtp_return_error_details only.</summary>
    static AclResult Failed(AclRun run, string log, string? details) =>
        new(AclResultKind.Fail, run.Runner.ReturnErrorDetails && details is not null ? "Rejected after DATA: " + details : null, log);
}
