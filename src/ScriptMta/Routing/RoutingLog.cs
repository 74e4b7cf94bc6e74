using ScriptMta.Logging;

namespace ScriptMta.Routing;

/// <summary>What routing writes to the logs, in Exim's words. Dry runs write nothing: their printer says the same.</summary>
static class RoutingLog
{
    public static void CannotRouteMessage(RouterVisit visit, string error) =>
        Write(visit, LogFile.Panic, $"failed to expand cannot_route_message in {visit.Options.Name} router: {error}");

    public static void LocalHost(RouterVisit visit, string what) =>
        Write(visit, LogFile.Main, $"{what}: {visit.Facts.Domain} (while routing <{visit.Address.Address}>)");

    public static void SkippedSyntaxError(RouterVisit visit, string error) =>
        Write(visit, LogFile.Main, $"{visit.Options.Name} router: skipped error: {error}");

    public static void Problem(RouterVisit visit, string text) => Write(visit, LogFile.Main, text);

    public static void Panic(RouterVisit visit, string text) => Write(visit, LogFile.Panic, text);

    static void Write(RouterVisit visit, LogFile file, string text)
    {
        var context = visit.Context;
        if (context.DryRun || visit.Options.DisableLogging) return;
        if (file == LogFile.Panic) context.Environment.Log.Panic(context.Message.Id, text);
        else context.Environment.Log.Write(file, context.Message.Id, text);
    }
}
