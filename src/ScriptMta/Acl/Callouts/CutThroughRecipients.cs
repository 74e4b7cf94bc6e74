using ScriptMta.Routing;

namespace ScriptMta.Acl;

/// <summary>Each recipient that the RCPT ACL has accepted while control = cutthrough_delivery is on: a callout of the ACL may have brought it to the host already, else it is brought there now.</summary>
static class CutThroughRecipients
{
    public static async ValueTask<CutThroughStep> AddAsync(AclRun run, CutThrough cut, CancellationToken cancel)
    {
        var known = run.Session.HeldCallout?.Recipients.Length ?? 0;
        if (known <= cut.Recipients && await BringAsync(run, cut, cancel).ConfigureAwait(false) is { } end) return end;
        cut.Recipients++;
        if (run.Session.HeldCallout?.Recipients.Length == cut.Recipients) return new CutThroughStep.Accepted();
        return Off(run);
    }

    /// <summary>Every way out that is not cut-through: the connection goes, the message is queued.</summary>
    public static CutThroughStep Off(AclRun run)
    {
        run.Session.StopCutThrough();
        return new CutThroughStep.Off();
    }

    /// <summary>Null = the host has it now.</summary>
    static async ValueTask<CutThroughStep?> BringAsync(AclRun run, CutThrough cut, CancellationToken cancel)
    {
        if (run.Router is not { } router || run.Runner.Callouts is not { } callouts || run.Session.Recipient is not { } recipient) return Off(run);
        if (await router.VerifyAsync(recipient, run.Context, RoutingPurpose.VerifyRecipient, cancel).ConfigureAwait(false) is not VerifyOutcome.Verified verified || AddressCheck.PlanOf(verified) is not { } plan) return Off(run);
        switch (await callouts.VerifyAsync(run, CalloutRequest.Of(run, plan, CalloutOptions.OfCutthrough, isRecipient: true), cancel).ConfigureAwait(false))
        {
            case CalloutOutcome.Passed { Accepted: true }: return null;
            case CalloutOutcome.Failed failed:
                run.Session.StopCutThrough();
                return new CutThroughStep.Refused(AclVerdict.Deny with { LogText = failed.Log });
            case CalloutOutcome.Deferred deferred when cut.PassesDeferrals:
                run.Session.StopCutThrough();
                return new CutThroughStep.Refused(new(AclVerdictKind.Defer, null, AddressCheck.Reason(deferred, isRecipient: true)));
            default: return Off(run);
        }
    }
}
