using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Acl;

/// <summary>Whether a mailbox has room: what verify = recipient/quota asks of the transport that routing chose.</summary>
abstract record QuotaAnswer
{
    QuotaAnswer() { }

    public sealed record Fits : QuotaAnswer;
    public sealed record Full : QuotaAnswer;
    /// <summary>The mailbox cannot be looked at now.</summary>
    public sealed record Unknown(string Reason) : QuotaAnswer;
}

/// <param name="size">Of the message, if the client has said it; else zero.</param>
delegate QuotaAnswer QuotaRouting(PlannedDelivery plan, ExpansionContext context, long size);

/// <summary>verify = recipient/quota (Exim 44.45, 44.49): answers are kept among those of callouts.</summary>
sealed record QuotaVerification(TimeSpan KeepGood, TimeSpan KeepBad)
{
    const string Option = "quota";

    /// <summary>44.49.</summary>
    static readonly QuotaVerification Default = new(TimeSpan.FromMinutes(5), TimeSpan.FromHours(1));

    /// <summary>Null where the condition does not ask for it. Error says what is wrong with the option.</summary>
    public static QuotaVerification? Of(VerifyRequest request, out string? error)
    {
        error = null;
        if (request.Options.FirstOrDefault(IsQuota) is not { } option) return null;
        if (request.Kind != "recipient") error = $"option \"{Option}\" of \"verify = {request.Kind}\": only a recipient has a quota";
        var checks = Default;
        foreach (var item in option[Option.Length..].TrimSpaceAtStart().TrimStart('=').Split(',').Select(i => i.TrimSpace()).Where(i => i.Length > 0)) checks = checks.With(item, ref error);
        return checks;
    }

    public static bool IsQuota(string option) => option.Split('=')[0].TrimSpaceAtEnd() == Option;

    QuotaVerification With(string item, ref string? error)
    {
        if (item == "no_cache") return new(TimeSpan.Zero, TimeSpan.Zero);
        var parts = item.Split('=', 2);
        if (parts is [_, var text] && OptionValues.Time(text.TrimSpace(), out var time))
            switch (parts[0].TrimSpaceAtEnd())
            {
                case "cachepos": return this with { KeepGood = time };
                case "cacheneg": return this with { KeepBad = time };
            }
        error ??= $"\"{item}\" is no option of quota: use cachepos=TIME, cacheneg=TIME or no_cache";
        return this;
    }

    public AclResult Run(AclRun run, PlannedDelivery plan, Callouts callouts)
    {
        var cached = Known(callouts.Hints, plan, run.Context.Environment.Clock);
        var answer = cached ?? callouts.Quota(plan, run.Context, Math.Max(0, run.Context.Message.Size));
        if (answer is QuotaAnswer.Unknown unknown) return AclResult.Defer(unknown.Reason);
        if (cached is null) Keep(run, callouts.Hints, plan, answer is QuotaAnswer.Fits);
        if (answer is QuotaAnswer.Fits) return AclResult.Ok;
        AddressCheck.SetFailure(run, isRecipient: true, Option);
        var text = cached is null ? "Over quota" : "Previous (cached) quota verification failure";
        run.Context.Variables[AclStatements.VerifyMessage] = Value.Clean(text);
        return new(AclResultKind.Fail, null, text);
    }

    QuotaAnswer? Known(HintStore store, PlannedDelivery plan, TimeProvider clock)
    {
        if (CalloutAddressRecord.Decode(store.Get(HintTable.Callout, Key(plan))) is not { } record) return null;
        var isGood = record.Result == CalloutMemory.Accept;
        return clock.GetUtcNow() - record.At >= (isGood ? KeepGood : KeepBad) ? null : isGood ? new QuotaAnswer.Fits() : new QuotaAnswer.Full();
    }

    void Keep(AclRun run, HintStore store, PlannedDelivery plan, bool isGood)
    {
        var keep = isGood ? KeepGood : KeepBad;
        if (keep <= TimeSpan.Zero || run.Context.DryRun) return;
        var now = run.Context.Environment.Clock.GetUtcNow();
        store.Set(HintTable.Callout, Key(plan), new CalloutAddressRecord(isGood ? CalloutMemory.Accept : CalloutMemory.Reject, now).Encode(), now + keep);
    }

    static string Key(PlannedDelivery plan) => $"quota {plan.Address.Address.LocalPart}@{plan.Address.Address.Domain.LowerAscii()}";
}
