using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>top: each destination as it stands now, the busiest first. The caller asks again for the next picture.</summary>
sealed class TopHandler(AdminServices services)
{
    public async ValueTask<int> RunAsync(AdminCall call, CancellationToken cancel)
    {
        var all = services.Queue.Destinations().OrderByDescending(static d => d.InFlight).ThenByDescending(static d => d.Ready).ThenByDescending(static d => d.Deferred).ThenBy(static d => d.Name, StringComparer.Ordinal).ToList();
        var rows = int.TryParse(call.Request.Option("limit"), out var limit) ? all.Take(limit).ToList() : all;
        await call.Output.OutAsync(call.Request.Has("json") ? Json(rows) : Text(rows, all), cancel);
        return ExitCode.Ok;
    }

    string Text(List<DestinationStanding> rows, List<DestinationStanding> all)
    {
        var now = services.Clock.GetUtcNow();
        var entries = services.Spool.Entries();
        var text = new StringBuilder($"{now.ToLocalTime():HH:mm:ss}  {entries.Count} messages, {entries.Count(static e => e.Frozen)} frozen; {all.Count} destinations, {all.Sum(static d => d.InFlight)} deliveries under way\n\n"
            + " Ready InFlight Limit Deferred  /min  Destination\n");
        foreach (var one in rows)
        {
            var most = one.Limit == int.MaxValue ? "-" : one.Limit.ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{one.Ready,6} {one.InFlight,8} {most,5} {one.Deferred,8} {one.PerMinute,5:0}  {one.Name} ({one.Transport}){Trouble(one, now)}\n");
        }
        return text.ToString();
    }

    static string Trouble(DestinationStanding one, DateTimeOffset now)
    {
        var closed = one.Closed is { } why ? $"\n{"",36}closed{(one.ClosedUntil is { } until ? $" for {Short(until - now)}" : "")}: {why}" : "";
        var error = one.LastError.Length == 0 ? "" : $"\n{"",36}{(one.LastErrorAt is { } at ? $"{Short(now - at)} ago: " : "")}{one.LastError}";
        return closed + error;
    }

    static string Short(TimeSpan time) => time.TotalMinutes < 1.5 ? $"{Math.Max(0, time.TotalSeconds):0}s" : time.TotalHours < 1.5 ? $"{time.TotalMinutes:0}m" : $"{time.TotalHours:0}h";

    static string Json(List<DestinationStanding> rows) => Latin1.FromUnicode(new JsonArray([.. rows.Select(static d => new JsonObject
    {
        ["destination"] = Latin1.ToUnicode(d.Name), ["transport"] = d.Transport, ["ready"] = d.Ready, ["in_flight"] = d.InFlight, ["limit"] = d.Limit == int.MaxValue ? null : d.Limit, ["deferred"] = d.Deferred,
        ["per_minute"] = d.PerMinute, ["last_error"] = d.LastError.Length == 0 ? null : Latin1.ToUnicode(d.LastError), ["last_error_at"] = d.LastErrorAt?.ToString("O"),
        ["closed"] = d.Closed is { } closed ? Latin1.ToUnicode(closed) : null, ["closed_until"] = d.ClosedUntil?.ToString("O"),
    })]).ToJsonString(JsonListing.OneLine)) + "\n";
}
