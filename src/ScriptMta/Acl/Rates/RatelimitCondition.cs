using System.Globalization;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>ratelimit = limit / period / options / key: true when the rate has reached the limit (Exim 44.39).</summary>
static class RatelimitCondition
{
    /// <summary>The variables that it sets; a new message begins without them.</summary>
    public static readonly string[] Variables = ["sender_rate", "sender_rate_limit", "sender_rate_period"];

    public static AclStep Bind(AclPartSource source) => AclArgument.Expanded(source, (run, value) =>
    {
        if (RateRequest.Parse(value.Text, run, out var error) is not { } request) return AclResult.Error($"error in arguments to \"ratelimit\" condition: {error}");
        var rate = Rate(run, request);
        var variables = run.Context.Variables;
        variables["sender_rate"] = Value.Clean(rate.ToString("F1", CultureInfo.InvariantCulture));
        variables["sender_rate_limit"] = Value.Clean(request.LimitText);
        variables["sender_rate_period"] = Value.Clean(request.PeriodText);
        run.Context.Trace?.Add("acl", source.At, $"rate of {request.Key}", $"{rate:F1} against {request.Limit}");
        return AclResult.Of(rate >= request.Limit);
    });

    static double Rate(AclRun run, RateRequest request)
    {
        var measured = run.Session.Rates;
        if (request.Update != RateUpdate.Readonly && measured.TryGet(request, out var rate)) return rate;
        rate = RateMeter.Measure(run.Runner.Hints, request, run.Context.Environment.Clock.GetUtcNow());
        if (request.Update != RateUpdate.Readonly) measured.Note(request, rate);
        return rate;
    }
}
