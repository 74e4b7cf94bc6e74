using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Transports;
using ScriptMta.Logging;

namespace ScriptMta.Queue;

/// <summary>The log texts of delivery, as Exim writes them (chapter 53.7 and on).</summary>
static class QueueLog
{
    public const string Completed = "Completed";
    public const string FrozenBounce = "Frozen (delivery error message)";
    public const string QueueRunStart = "Start queue run: pid=";
    public const string QueueRunEnd = "End queue run: pid=";

    public static string Delivered(PlannedDelivery delivery, string sender, string fields, bool additional, bool isLocal, LogOptions log) =>
        $"{(additional ? "->" : "=>")} {Name(delivery.Address, isLocal)}{Top(delivery.Address, isLocal)}{Sender(sender, log)}{Field(" R=", delivery.Router)} T={delivery.Transport}{Tail(fields)}";

    public static string Discarded(RoutedAddress address, string router) => router == "system_filter" ? $"=> discarded <{address.Top.Address}> (system filter)" : $"=> :blackhole: <{address.Top.Address}> R={router}";

    public static string Failed(RoutedAddress address, string? router, string? transport, string text, string sender, LogOptions log) =>
        $"** {Name(address, false)}{Top(address, false)}{Sender(sender, log)}{Field(" R=", router)}{Field(" T=", transport)}: {text}";

    public static string Deferred(RoutedAddress address, string? router, string? transport, int errno, string text) =>
        $"== {Name(address, false)}{Top(address, false)}{Field(" R=", router)}{Field(" T=", transport)} defer ({errno}): {text}";

    public static string RetryTimeout(RoutedAddress address) => $"** {Name(address, false)}{Top(address, false)}: retry timeout exceeded";
    public static string AttemptFailed(Exception error) => $"delivery attempt broken off: {error.GetType().Name}: {error.Message}";
    public static string BounceDropped(string recipient) => $"** bounce for <{recipient}> dropped: ignore_bounce_errors_after has passed";
    public static string FrozenTimedOut => "cancelled by timeout_frozen_after";
    public static string AutoThawed => "Unfrozen by auto-thaw";

    /// <summary>Local deliveries name the local part only.</summary>
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
    static string Tail(string fields) => fields.Length == 0 ? "" : " " + fields;
}
