using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Acl;

/// <summary>verify = sender and sender=address (Exim 44.45). What the routers said is kept for the message; a callout is made each time that one is asked for, and has its own cache.</summary>
static class SenderVerification
{
    public static async ValueTask<AclResult> RunAsync(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        if (run.Router is null) return AclResult.Error("no routers to verify with");
        var own = !request.HasArgument;
        var sender = run.Context.Message.Sender ?? MailAddress.Null;
        if (!own)
        {
            if (!AddressParser.TryParseOne(request.Argument, AddressRules.Default with { AllowNull = true }, out var given, out var error))
                return AclResult.Error($"malformed address \"{request.Argument}\" in \"verify = sender=\": {error}");
            sender = given.Address;
        }
        if (sender.IsNull) return AclResult.Ok;
        AddressCheck.SetFailure(run, isRecipient: false, null);
        var known = await RouteAsync(run, sender, request, cancel).ConfigureAwait(false);
        if (own) run.Context.Message.Sender = known.Outcome.Address;
        return known.Outcome is VerifyOutcome.Verified verified ? await CallAsync(run, verified, request, cancel).ConfigureAwait(false) : NotRouted(run, request, known);
    }

    static async ValueTask<KnownSender> RouteAsync(AclRun run, MailAddress sender, VerifyRequest request, CancellationToken cancel)
    {
        var calls = CalloutOptions.Of(request, out _) is not null;
        if (!calls && run.Session.KnownSenders.TryGetValue(sender.ToString(), out var known)) return known;
        var outcome = sender.IsQualified || AclSession.Allows(run.Session.UnqualifiedSenders)
            ? await AddressCheck.RouteAsync(run, sender, request, isRecipient: false, cancel).ConfigureAwait(false)
            : new VerifyOutcome.Failed(Unqualified) { Address = sender };
        known = new(outcome, outcome switch
        {
            VerifyOutcome.Failed failed => new(outcome.Address.ToString(), false, failed.SmtpReply ?? failed.Text, failed.IsForced ? null : $"Verification failed for <{outcome.Address}>\n{failed.SmtpReply ?? failed.Text}"),
            VerifyOutcome.Deferred deferred => new(outcome.Address.ToString(), true, deferred.SmtpReply ?? deferred.Text, null),
            _ => null,
        });
        if (!calls) run.Session.KnownSenders[sender.ToString()] = run.Session.KnownSenders[outcome.Address.ToString()] = known;
        return known;
    }

    public const string Unqualified = "a domain is required for sender address";

    static AclResult NotRouted(AclRun run, VerifyRequest request, KnownSender known)
    {
        AddressCheck.SetFailure(run, isRecipient: false, known.Outcome is VerifyOutcome.Failed { Text: Unqualified } ? "qualify" : "route");
        if (known.Outcome is VerifyOutcome.Deferred && request.Has("defer_ok")) return AclResult.Ok;
        Report(run, request, known.Report!);
        return known.Outcome is VerifyOutcome.Deferred ? AclResult.Defer("Could not complete sender verify") : Failed;
    }

    static async ValueTask<AclResult> CallAsync(AclRun run, VerifyOutcome.Verified verified, VerifyRequest request, CancellationToken cancel)
    {
        var address = verified.Address.ToString();
        switch (await AddressCheck.CallAsync(run, verified, request, isRecipient: false, cancel).ConfigureAwait(false))
        {
            case CalloutOutcome.Failed failed:
                Report(run, request, new(address, false, failed.Log, CalloutTexts.Sender(address, failed)));
                return Failed;
            case CalloutOutcome.Deferred deferred:
                Report(run, request, new(address, true, AddressCheck.Reason(deferred, isRecipient: false), null));
                run.TemporaryDetails = true;
                return AclResult.Defer(CalloutTexts.Incomplete(isRecipient: false), AddressCheck.UserText(run, isRecipient: false, verified.Address));
            default:
                run.Context.Address.SenderAddressData = verified.AddressData;
                return AclResult.Ok;
        }
    }

    static AclResult Failed => new(AclResultKind.Fail, "Sender verify failed", "Sender verify failed");

    /// <summary>It waits in the session for the first refusal that the peer gets, whatever statement gives it.</summary>
    static void Report(AclRun run, VerifyRequest request, SenderReport report)
    {
        if (request.Has("no_details")) report.IsTold = true;
        run.Session.SenderReport = report;
    }
}
