using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Acl;

/// <summary>What callouts need beside the rules themselves. One for each loaded configuration; store and pool outlive it.</summary>
/// <param name="Send">The last part of a cut-through delivery.</param>
/// <param name="Pool">Says QUIT without keeping anybody.</param>
/// <param name="Quota">Looks at a mailbox.</param>
sealed record Callouts(CalloutSettings Settings, HintStore Hints, CalloutRouting Route, PeerPool Pool, CutThroughSending Send, QuotaRouting Quota)
{
    /// <summary>
    /// Asks the hosts of one verified address, or the cache, whether they would take mail for it (Exim 44.46). Dry runs ask nobody and pass, unless the session
    /// says otherwise (-bhc).
    /// </summary>
    public async ValueTask<CalloutOutcome> VerifyAsync(AclRun run, CalloutRequest request, CancellationToken cancel)
    {
        var context = run.Context;
        if (context.DryRun && !run.Session.MakesCallouts)
        {
            Trace(run, request, "not made in a dry run (-bhc makes it)");
            return new CalloutOutcome.Passed();
        }
        switch (await Route(request.Plan, context, cancel).ConfigureAwait(false))
        {
            case CalloutRoute.Local: return new CalloutOutcome.Passed();
            case CalloutRoute.Unknown unknown:
                if (unknown.Panic is { } panic) context.Environment.Log.Panic(context.Message.Id, panic);
                return new CalloutOutcome.Deferred(null);
            case CalloutRoute.Hosts hosts:
                var outcome = await new Callout(this, run, request, hosts).RunAsync(cancel).ConfigureAwait(false);
                Trace(run, request, Word(outcome));
                return outcome;
            default: throw new InvalidOperationException("unknown route");
        }
    }

    static string Word(CalloutOutcome outcome) => outcome switch
    {
        CalloutOutcome.Passed { Random: true } => "passed: the host accepts any local part",
        CalloutOutcome.Passed => "passed",
        CalloutOutcome.Failed failed => $"failed: {failed.Log ?? failed.Cached}",
        CalloutOutcome.Deferred deferred => $"deferred{(deferred.Reason is { } why ? ": " + why : "")}",
        _ => "",
    };

    static void Trace(AclRun run, CalloutRequest request, string what) =>
        run.Context.Trace?.Add("callout", Common.SourceLocation.BuiltIn(""), request.Address.ToString(), what);
}
