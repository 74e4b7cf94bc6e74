using System.Globalization;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>ratelimit = limit / period / options / key: true when the rate has reached the limit (Exim 44.39).</summary>
static class RatelimitCondition
{
    /// <summary>The variables that it sets; a new message begins without them.</summary>
    public static readonly string[] Variables = ["sender_rate", "sender_rate_limit", "sender_rate_period"];

    public static AclStep Bind(AclPartSource source)
    {
        RateRule? last = null; // of any session: most arguments are constant
        return AclArgument.Expanded(source, (run, value) =>
        {
            var rule = last;
            if (rule?.Text != value.Text && (last = rule = RateRule.Parse(value.Text, out var wrong)) is null) return Wrong(wrong);
            var request = RateRequest.Of(rule!, run, out var error);
            return error.Length > 0 ? Wrong(error) : Answer(run, source, request);
        });
    }

    static AclResult Wrong(string error) => AclResult.Error($"error in arguments to \"ratelimit\" condition: {error}");

    static AclResult Answer(AclRun run, AclPartSource source, RateRequest request)
    {
        var rate = Rate(run, request);
        var variables = run.Context.Variables;
        variables["sender_rate"] = Value.Clean(rate.ToString("F1", CultureInfo.InvariantCulture));
        variables["sender_rate_limit"] = Value.Clean(request.Rule.LimitText);
        variables["sender_rate_period"] = Value.Clean(request.Rule.PeriodText);
        run.Context.Trace?.Add("acl", source.At, $"rate of {request.Key}", $"{rate:F1} against {request.Rule.Limit}");
        return AclResult.Of(rate >= request.Rule.Limit);
    }

    static double Rate(AclRun run, RateRequest request)
    {
        var measured = run.Session.Rates;
        if (request.Update != RateUpdate.Readonly && measured.TryGet(request, out var rate)) return rate;
        rate = RateMeter.Measure(run.Runner.Hints, request, run.Context.Environment.Clock.GetUtcNow());
        if (request.Update != RateUpdate.Readonly) measured.Note(request, rate);
        return rate;
    }
}
