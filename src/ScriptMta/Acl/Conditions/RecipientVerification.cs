using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Acl;

/// <summary>verify = recipient (Exim 44.45): could the recipient of this RCPT be delivered to, and do the hosts that it goes to want it?</summary>
static class RecipientVerification
{
    public static async ValueTask<AclResult> RunAsync(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        if (run.Router is null) return AclResult.Error("no routers to verify with");
        var facts = run.Context.Address;
        var address = run.Session.Recipient ?? new(facts.LocalPart, facts.Domain);
        AddressCheck.SetFailure(run, isRecipient: true, null);
        switch (await AddressCheck.RouteAsync(run, address, request, isRecipient: true, cancel).ConfigureAwait(false))
        {
            case VerifyOutcome.Verified verified:
                facts.AddressData = verified.AddressData;
                return await CallAsync(run, verified, request, cancel).ConfigureAwait(false) is { Kind: not AclResultKind.Ok } called ? called : Quota(run, verified, request);
            case VerifyOutcome.Failed failed:
                AddressCheck.SetFailure(run, isRecipient: true, "route");
                return new(AclResultKind.Fail, failed.SmtpReply ?? failed.Text, failed.SmtpReply ?? failed.Text);
            case VerifyOutcome.Deferred later:
                AddressCheck.SetFailure(run, isRecipient: true, "route");
                run.TemporaryDetails |= !request.Has("defer_ok");
                return request.Has("defer_ok") ? AclResult.Ok : AclResult.Defer(later.SmtpReply ?? later.Text, later.SmtpReply ?? later.Text);
            default: throw new InvalidOperationException("unknown outcome");
        }
    }

    static AclResult Quota(AclRun run, VerifyOutcome.Verified verified, VerifyRequest request) =>
        QuotaVerification.Of(request, out _) is { } quota && AddressCheck.PlanOf(verified) is { } plan && run.Runner.Callouts is { } callouts ? quota.Run(run, plan, callouts) : AclResult.Ok;

    static async ValueTask<AclResult> CallAsync(AclRun run, VerifyOutcome.Verified verified, VerifyRequest request, CancellationToken cancel)
    {
        switch (await AddressCheck.CallAsync(run, verified, request, isRecipient: true, cancel).ConfigureAwait(false))
        {
            case CalloutOutcome.Failed failed: return new(AclResultKind.Fail, CalloutTexts.Recipient(failed), failed.Log);
            case CalloutOutcome.Deferred deferred:
                run.TemporaryDetails = true;
                return AclResult.Defer(AddressCheck.Reason(deferred, isRecipient: true), AddressCheck.UserText(run, isRecipient: true, verified.Address));
            case CalloutOutcome.Passed { Accepted: true }: Confirm(run.Context.Address, AddressCheck.PlanOf(verified)!.Address.Address); break;
        }
        return AclResult.Ok;
    }

    /// <summary>A host that answers for the address said that there is such a one: the values are clean (44.46).</summary>
    static void Confirm(AddressFacts facts, MailAddress address) =>
        (facts.LocalPartData, facts.DomainData) = (Value.Clean(Shown(facts, MailAddress.Unquoted(address.LocalPart))), Value.Clean(address.Domain.LowerAscii()));

    /// <summary>The capitals of $local_part, which controls change; those of another address, which a redirection gave, are its own.</summary>
    static string Shown(AddressFacts facts, string localPart) => localPart.Equals(facts.LocalPart, StringComparison.OrdinalIgnoreCase) ? facts.LocalPart : localPart;
}
