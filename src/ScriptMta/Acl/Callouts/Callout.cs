using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>One callout: the cache first, then host after host until one has a definite answer; what was learnt goes into the cache. One owner.</summary>
sealed class Callout(Callouts services, AclRun run, CalloutRequest request, CalloutRoute.Hosts hosts)
{
    readonly CalloutCache? _cache = request.Options.NoCache ? null
        : new(services.Hints, services.Settings, run.Context.Environment.Clock, request.Address, request.FromMatters ? request.From : "");

    public async ValueTask<CalloutOutcome> RunAsync(CancellationToken cancel)
    {
        var plan = new CalloutPlan(request, RandomLocalPart());
        if (_cache is not null && Cached(_cache, plan) is { } known) return known;
        if (await HeldAsync(cancel).ConfigureAwait(false) is { } held) return held;
        if (!run.Session.ConnectionControls.Contains("no_callout_flush") && run.Session.FlushReplies is { } flush) await flush(cancel).ConfigureAwait(false);
        return await CallAsync(plan, cancel).ConfigureAwait(false);
    }

    /// <summary>What the cache can answer. Otherwise the plan is told which checks it need not make.</summary>
    CalloutOutcome? Cached(CalloutCache cache, CalloutPlan plan)
    {
        var domain = cache.Domain;
        if (domain.Result == CalloutMemory.Reject || (domain.Result == CalloutMemory.RejectNullSender && request.From.Length == 0))
            return new CalloutOutcome.Failed(CalloutStage.Mail, null) { Cached = CalloutTexts.CachedDomain, NullRefused = true };
        if (plan.Random is not null)
            switch (domain.Random)
            {
                case CalloutMemory.Accept: return new CalloutOutcome.Passed(Random: true);
                case CalloutMemory.Reject: plan.Random = null; break;
                default: return null;
            }
        if (plan.PostmasterFrom is not null)
            switch (domain.Postmaster)
            {
                case CalloutMemory.Reject: return new CalloutOutcome.Failed(CalloutStage.Postmaster, null) { Cached = CalloutTexts.CachedPostmaster };
                case CalloutMemory.Accept: plan.PostmasterFrom = null; break;
                default: return null;
            }
        return cache.Address switch
        {
            CalloutMemory.Accept => new CalloutOutcome.Passed(Accepted: true),
            CalloutMemory.Reject => new CalloutOutcome.Failed(CalloutStage.Recipient, null) { Cached = CalloutTexts.CachedAddress },
            _ => null,
        };
    }

    async ValueTask<CalloutOutcome> CallAsync(CalloutPlan plan, CancellationToken cancel)
    {
        var clock = run.Context.Environment.Clock;
        var (began, reason) = (clock.GetTimestamp(), default(string));
        foreach (var host in hosts.Items)
        {
            if (clock.GetElapsedTime(began) >= request.Options.Overall && reason is not null) break;
            run.Context.Variables["callout_address"] = Value.Clean($"[{host.Endpoint.Address}]:{host.Endpoint.Port}");
            var attempt = new CalloutAttempt(services, plan, host, hosts.IncludesAffixes, clock);
            var outcome = await attempt.RunAsync(cancel).ConfigureAwait(false);
            if (outcome is not CalloutOutcome.Deferred deferred)
            {
                Remember(attempt);
                Keep(attempt, host);
                return outcome;
            }
            reason = deferred.Reason;
        }
        return new CalloutOutcome.Deferred(hosts.Items.Length == 1 ? reason : null);
    }

    void Remember(CalloutAttempt attempt)
    {
        if (_cache is null) return;
        var mail = attempt.Mail == CalloutMemory.Accept && request.From.Length > 0 && _cache.Domain.Result == CalloutMemory.RejectNullSender ? CalloutMemory.RejectNullSender : attempt.Mail;
        if (mail != CalloutMemory.Unknown) _cache.NoteDomain(mail, attempt.Postmaster, attempt.Random);
        if (attempt.Address != CalloutMemory.Unknown) _cache.Note(attempt.Address);
    }

    /// <summary>hold: the open transaction waits for the next recipient (44.47).</summary>
    void Keep(CalloutAttempt attempt, CalloutHost host)
    {
        if (attempt.Held is not { } conversation) return;
        run.Session.HeldCallout?.Close();
        run.Session.HeldCallout = new(conversation, host, request.From, hosts, services.Pool);
        run.Session.HeldCallout.Add(request.Plan);
    }

    /// <summary>The next recipient of a held transaction that goes to the same hosts from the same sender: RCPT is all it takes.</summary>
    async ValueTask<CalloutOutcome?> HeldAsync(CancellationToken cancel)
    {
        if (!request.IsRecipient || run.Session.HeldCallout is not { } held) return null;
        if (request.Options.Random || request.Options.PostmasterFrom is not null || !held.Suits(request, hosts)) return null;
        var answer = await held.AskAsync(request.Recipient(hosts.IncludesAffixes), cancel).ConfigureAwait(false);
        if (answer.IsPositive)
        {
            held.Add(request.Plan);
            _cache?.Note(CalloutMemory.Accept);
            return new CalloutOutcome.Passed(Accepted: true);
        }
        run.Session.HeldCallout = null;
        held.Close();
        if (!answer.IsPermanent) return null;
        _cache?.Note(CalloutMemory.Reject);
        return new CalloutOutcome.Failed(CalloutStage.Recipient, answer.Log) { Called = held.Host.Endpoint.Address.ToString(), Sent = answer.Command, Response = answer.Reply!.Text };
    }

    string? RandomLocalPart()
    {
        if (!request.Options.Random) return null;
        var (template, context) = (services.Settings.RandomLocalPart, run.Context);
        var expanded = template.Expand(context);
        if (expanded.IsOk && expanded.Text.Length > 0 && expanded.Text.AsSpan().IndexOfAny("\r\n\0<>") < 0) return expanded.Text;
        if (expanded.Kind != ExpandedKind.ForcedFail) context.Environment.Log.Panic(context.Message.Id, $"failed to expand callout_random_local_part: {(expanded.IsOk ? "it cannot be sent" : expanded.Error)}");
        return null;
    }
}

/// <summary>Which checks are still to be made.</summary>
sealed class CalloutPlan(CalloutRequest request, string? random)
{
    public CalloutRequest Request => request;
    /// <summary>The local part that nobody has; null = no such check.</summary>
    public string? Random { get; set; } = random;
    public string? PostmasterFrom { get; set; } = request.Options.PostmasterFrom;
}
