using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Acl;

/// <summary>Routing and, where the options ask for it, a callout: what the verifications of sender, recipient and header sender share.</summary>
static class AddressCheck
{
    public const string SenderFailure = "sender_verify_failure", RecipientFailure = "recipient_verify_failure";

    public static ValueTask<VerifyOutcome> RouteAsync(AclRun run, MailAddress address, VerifyRequest request, bool isRecipient, CancellationToken cancel) =>
        run.Router!.VerifyAsync(address, run.Context, isRecipient ? RoutingPurpose.VerifyRecipient : RoutingPurpose.VerifySender, cancel, request.Has("success_on_redirect"));

    /// <summary>The callout that the options ask for; passed where they ask for none or the address goes to no host. A deferral that defer_ok forgives has passed, too.</summary>
    public static async ValueTask<CalloutOutcome> CallAsync(AclRun run, VerifyOutcome.Verified verified, VerifyRequest request, bool isRecipient, CancellationToken cancel)
    {
        if (CalloutOptions.Of(request, out _) is not { } options || PlanOf(verified) is not { } plan) return new CalloutOutcome.Passed();
        if (run.Runner.Callouts is not { } callouts) return new CalloutOutcome.Deferred("hosts cannot be asked here");
        var outcome = await callouts.VerifyAsync(run, CalloutRequest.Of(run, plan, options, isRecipient), cancel).ConfigureAwait(false);
        if (outcome is CalloutOutcome.Failed failed && CalloutTexts.Word(failed.Stage) is { } word) SetFailure(run, isRecipient, word);
        if (outcome is CalloutOutcome.Passed { Random: true }) SetFailure(run, isRecipient, "random");
        return outcome is CalloutOutcome.Deferred && options.DeferOk ? new CalloutOutcome.Passed() : outcome;
    }

    public static void SetFailure(AclRun run, bool isRecipient, string? word)
    {
        var name = isRecipient ? RecipientFailure : SenderFailure;
        if (word is null) run.Context.Variables.Remove(name); else run.Context.Variables[name] = Value.Clean(word);
    }

    /// <summary>"Could not complete sender verify callout", with the reason where one host was all there was.</summary>
    public static string Reason(CalloutOutcome.Deferred deferred, bool isRecipient) =>
        CalloutTexts.Incomplete(isRecipient) + (deferred.Reason is { } reason ? ": " + reason : "");

    /// <summary>For the peer: more where smtp_return_error_details is set.</summary>
    public static string UserText(AclRun run, bool isRecipient, MailAddress address) =>
        run.Runner.ReturnErrorDetails ? CalloutTexts.IncompleteDetails(isRecipient, address.ToString()) : CalloutTexts.Incomplete(isRecipient);

    /// <summary>Where the address goes, if to one place; a redirection that was enough, a file or a pipe has no host to call.</summary>
    public static PlannedDelivery? PlanOf(VerifyOutcome.Verified verified) =>
        verified.Routing.Outcomes.LastOrDefault() is AddressOutcome.Deliver { Delivery: { Address.Kind: TargetKind.Address } plan } ? plan : null;
}
