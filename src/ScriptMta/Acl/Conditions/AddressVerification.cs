using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Acl;

/// <summary>verify = recipient, sender and header_sender (Exim 44.45): the routers say whether an address could be delivered to. The sender is asked once a message.</summary>
static class AddressVerification
{
    public static async ValueTask<AclResult> Recipient(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        if (run.Router is not { } router) return AclResult.Error("no routers to verify with");
        var facts = run.Context.Address;
        var address = new MailAddress(run.Session.RecipientLocalPart.Length > 0 ? run.Session.RecipientLocalPart : facts.LocalPart, facts.Domain);
        var outcome = await router.VerifyAsync(address, run.Context, RoutingPurpose.VerifyRecipient, cancel, request.Has("success_on_redirect")).ConfigureAwait(false);
        switch (outcome)
        {
            case VerifyOutcome.Verified verified:
                facts.AddressData = verified.AddressData;
                return AclResult.Ok;
            case VerifyOutcome.Failed failed:
                run.Context.Variables["recipient_verify_failure"] = Expansion.Value.Clean("recipient");
                return new(AclResultKind.Fail, failed.SmtpReply ?? failed.Text, failed.Text);
            default:
                return Deferred((VerifyOutcome.Deferred)outcome, "recipient", request);
        }
    }

    public static async ValueTask<AclResult> Sender(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        if (run.Router is not { } router) return AclResult.Error("no routers to verify with");
        var sender = run.Context.Message.Sender ?? MailAddress.Null;
        var own = request.Argument.Length == 0;
        if (!own)
        {
            if (!AddressParser.TryParseOne(request.Argument, AddressRules.Default with { AllowNull = true }, out var given, out var error))
                return AclResult.Error($"malformed address \"{request.Argument}\" in \"verify = sender=\": {error}");
            sender = given.Address;
        }
        if (sender.IsNull) return AclResult.Ok;
        var outcome = own ? run.Session.SenderVerified : null;
        outcome ??= await router.VerifyAsync(sender, run.Context, RoutingPurpose.VerifySender, cancel, request.Has("success_on_redirect")).ConfigureAwait(false);
        if (own) RememberSender(run, outcome);
        return outcome switch
        {
            VerifyOutcome.Verified verified => Verified(run, verified),
            VerifyOutcome.Failed failed => SenderFailed(run, request, sender, failed),
            _ => Deferred((VerifyOutcome.Deferred)outcome, "sender", request),
        };
    }

    /// <summary>The sender is from now on what the rewriting rules made of it (Exim 31.2).</summary>
    static void RememberSender(AclRun run, VerifyOutcome outcome)
    {
        run.Session.SenderVerified = outcome;
        run.Context.Message.Sender = outcome.Address;
    }

    /// <summary>One address in Sender:, Reply-To: or From: must verify as a sender (44.26).</summary>
    public static async ValueTask<AclResult> HeaderSender(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        if (run.Router is not { } router) return AclResult.Error("no routers to verify with");
        var deferred = "";
        foreach (var name in (string[])["Sender", "Reply-To", "From"])
            foreach (var field in run.Context.Message.Headers?.All(name) ?? [])
                foreach (var item in AddressParser.ParseList(field.Unfolded, AddressRules.Default).Where(i => i.Error is null))
                {
                    var outcome = await router.VerifyAsync(item.Address, run.Context, RoutingPurpose.VerifySender, cancel).ConfigureAwait(false);
                    if (outcome is VerifyOutcome.Verified) return AclResult.Ok;
                    if (outcome is VerifyOutcome.Deferred later) deferred = later.Text;
                }
        return deferred.Length == 0 ? new(AclResultKind.Fail, "there is no valid sender in any header line", "there is no valid sender in any header line")
            : Deferred(new(deferred), "header sender", request);
    }

    static AclResult Verified(AclRun run, VerifyOutcome.Verified verified)
    {
        run.Context.Address.SenderAddressData = verified.AddressData;
        return AclResult.Ok;
    }

    /// <summary>The details wait in the session for the first refusal that the peer gets, whatever statement gives it.</summary>
    static AclResult SenderFailed(AclRun run, VerifyRequest request, MailAddress sender, VerifyOutcome.Failed failed)
    {
        run.Context.Variables["sender_verify_failure"] = Expansion.Value.Clean("route");
        if (!request.Has("no_details") && !run.Session.SenderFailureTold) run.Session.SenderFailure = (sender, failed.Text);
        return new(AclResultKind.Fail, "Sender verify failed", "Sender verify failed");
    }

    static AclResult Deferred(VerifyOutcome.Deferred later, string what, VerifyRequest request) =>
        request.Has("defer_ok") ? AclResult.Ok : AclResult.Defer($"Could not complete {what} verify: {later.Text}", $"Could not complete {what} verify");
}
