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

    public static string Delivered(PlannedDelivery delivery, string sender, string fields, bool additional, LogOptions log) =>
        $"{(additional ? "->" : "=>")} {Name(delivery.Address, delivery.LogAsLocal)}{Top(delivery.Address, delivery.LogAsLocal)}{Sender(sender, log)}{Field(" R=", delivery.Router)} T={delivery.Transport}{Tail(fields)}";

    public static string Discarded(RoutedAddress address, string router) => router == "system_filter" ? $"=> discarded <{address.Top.Address}> (system filter)" : $"=> :blackhole: <{address.Top.Address}> R={router}";

    public static string Failed(RoutedAddress address, string? router, string? transport, string host, string text, string sender, LogOptions log) =>
        $"** {Name(address, false)}{Top(address, false)}{Sender(sender, log)}{Field(" R=", router)}{Field(" T=", transport)}{Host(host)}: {text}";

    public static string TimedOut(RoutedAddress address, string text) => $"** {Name(address, false)}{Top(address, false)}: {text}";

    /// <summary>The system's words for its own error numbers come first; Exim's negative ones have none.</summary>
    public static string Deferred(RoutedAddress address, string? router, string? transport, int errno, string host, string text)
    {
        var system = errno > 0 ? Marshal.GetPInvokeErrorMessage(errno) : "";
        return $"== {Name(address, false)}{Top(address, false)}{Field(" R=", router)}{Field(" T=", transport)}{(errno == RetryErrnos.RoutingWait ? " routing" : "")} defer ({errno}){Reason(system)}{Host(host)}{(text == system ? "" : Reason(text))}";
    }

    public static string AttemptFailed(Exception error) => $"delivery attempt broken off: {error.GetType().Name}: {error.Message}";
    public static string TransportFailed(string transport, Exception error) => $"{transport} transport failed by an internal error: {error}";
    public static string BounceDropped(string recipient) => $"{recipient}: error ignored";
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

    static string Sender(string sender, LogOptions log) => log.Has("sender_on_delivery") ? $" F=<{sender}>" : "";
    static string Field(string tag, string? value) => string.IsNullOrEmpty(value) ? "" : tag + value;
    static string Host(string host) => host.Length == 0 ? "" : " H=" + host;
    static string Reason(string text) => text.Length == 0 ? "" : ": " + text;
    static string Tail(string fields) => fields.Length == 0 ? "" : " " + fields;
}
