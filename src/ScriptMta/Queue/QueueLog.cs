using System.Runtime.InteropServices;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Transports;
using ScriptMta.Logging;

namespace ScriptMta.Queue;

/// <summary>The log texts of delivery, as Exim writes them (chapter 53.7 and on).</summary>
static class QueueLog
{
    public const string Completed = "Completed";
    public const string Frozen = "Frozen";
    public const string FrozenBounce = "Frozen (delivery error message)";
    public const string QueueRunStart = "Start queue run: pid=";
    public const string QueueRunEnd = "End queue run: pid=";

    public static string Delivered(DeliveryOutcome.Delivered delivered, bool additional, in AttemptFacts facts, LogOptions log)
    {
        var (delivery, fields) = (delivered.Recipient, delivered.Fields);
        return $"{(additional ? "->" : "=>")} {Name(delivery.Address, delivery.LogAsLocal)}{Parents(delivery.Address, log)}{Top(delivery.Address, delivery.LogAsLocal)}{facts.Sender(log)}{facts.ReturnPath(log)}{Field(" R=", delivery.Router)} T={delivery.Transport}"
            + (delivered.Size > 0 && log.Has("delivery_size") ? $" S={delivered.Size}" : "") + Tail(fields) + facts.Queued(log) + facts.Took(log);
    }

    public static string Discarded(RoutedAddress address, string router) => router == "system_filter" ? $"=> discarded <{address.Top.Address}> (system filter)" : $"=> :blackhole: <{address.Top.Address}> R={router}";

    public static string Failed(FailedAddress failure, string sender, LogOptions log) =>
        $"** {Name(failure.Address, false)}{Top(failure.Address, false)}{Sender(sender, log)}{failure.Facts?.ReturnPath(log)}{Field(" R=", failure.Router)}{Field(" T=", failure.Transport)}{Host(failure.LogHost)}: {failure.Text}{failure.Facts?.Took(log)}";

    public static string TimedOut(RoutedAddress address, string text) => $"** {Name(address, false)}{Top(address, false)}: {text}";

    /// <summary>The system's words for its own error numbers come first; Exim's negative ones have none.</summary>
    public static string Deferred(DelayedAddress delayed, LogOptions log)
    {
        var system = delayed.Errno > 0 ? Marshal.GetPInvokeErrorMessage(delayed.Errno) : "";
        return $"== {Name(delayed.Address, false)}{Top(delayed.Address, false)}{Field(" R=", delayed.Router)}{Field(" T=", delayed.Transport)}{(delayed.Errno is RetryErrnos.RoutingWait or HoldRules.IsQueued ? " routing" : "")} defer ({delayed.Errno}){Reason(system)}{Host(delayed.LogHost)}{delayed.Facts?.Took(log)}{(delayed.Text == system ? "" : Reason(delayed.Text))}";
    }

    /// <summary>Both in thousandths.</summary>
    public static string Abandoned(int load, int most) => FormattableString.Invariant($"Abandon queue run: pid={Environment.ProcessId} (load {load / 1000.0:F2}, max {most / 1000.0:F2})");

    public static string Suspended(string destination, string by, string reason) => $"destination {destination} suspended by {by}: {reason}";
    public static string Resumed(string destination, string by) => $"destination {destination} resumed by {by}";

    public static string SlowedDown(string destination, BackOff how, string reply) =>
        $"destination {destination} {(how.Pause > TimeSpan.Zero ? $"is paused for {Language.OptionValues.FormatTime(how.Pause)}" : $"gets {how.Connections} connection{(how.Connections == 1 ? "" : "s")} at most for {Language.OptionValues.FormatTime(how.For)}")}: {reply}";

    public static string AttemptFailed(Exception error) => $"delivery attempt broken off: {error.GetType().Name}: {error.Message}";
    public static string TransportFailed(string transport, Exception error) => $"{transport} transport failed by an internal error: {error}";
    public static string BounceDropped(string recipient) => $"{recipient}: error ignored";
    public const string ErrorTimerThawed = "Unfrozen by errmsg timer";
    public static string AutoThawed => "Unfrozen by auto-thaw";
    public static string ForceThawed => "Unfrozen by forced delivery";
    public static string IsFrozen => "Message is frozen";

    /// <summary>log_as_local names the local part only (the accept router's default).</summary>
    static string Name(RoutedAddress address, bool isLocal) => address.Kind switch
    {
        TargetKind.Address => isLocal ? address.Address.LocalPart : address.Address.ToString(),
        TargetKind.Reply => $">{address.Address}",
        _ => RoutePrinter.TargetText(address),
    };

    static string Top(RoutedAddress address, bool isLocal)
    {
        var top = address.Top.Address.ToString();
        return top == Name(address, isLocal) ? "" : $" <{top}>";
    }

    /// <summary>all_parents: those between the recipient and what is delivered to, the nearest first.</summary>
    static string Parents(RoutedAddress address, LogOptions log)
    {
        if (address.Parent is null || !log.Has("all_parents")) return "";
        var between = address.Ancestors.Where(a => !ReferenceEquals(a, address) && a.Parent is not null).Select(a => Name(a, false)).ToList();
        return between.Count == 0 ? "" : $" ({string.Join(", ", between)})";
    }

    static string Sender(string sender, LogOptions log) => log.Has("sender_on_delivery") ? $" F=<{sender}>" : "";
    static string Field(string tag, string? value) => string.IsNullOrEmpty(value) ? "" : tag + value;
    static string Host(string host) => host.Length == 0 ? "" : " H=" + host;
    static string Reason(string text) => text.Length == 0 ? "" : ": " + text;
    static string Tail(string fields) => fields.Length == 0 ? "" : " " + fields;
}
