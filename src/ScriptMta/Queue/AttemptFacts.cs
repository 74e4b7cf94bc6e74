using System.Globalization;
using ScriptMta.Logging;

namespace ScriptMta.Queue;

/// <summary>What delivery lines say of the attempt itself: F=, P=, QT= and DT=, each as log_selector has it (Exim 53.15).</summary>
readonly record struct AttemptFacts(string SenderAddress, string Path, TimeSpan Elapsed, TimeSpan OnQueue)
{
    public string Sender(LogOptions log) => log.Has("sender_on_delivery") ? $" F=<{SenderAddress}>" : "";
    public string ReturnPath(LogOptions log) => log.Has("return_path_on_delivery") ? $" P=<{Path}>" : "";
    public string Took(LogOptions log) => log.Has("deliver_time") ? $" DT={Text(Elapsed, log)}" : "";
    public string Queued(LogOptions log) => log.Has("queue_time") ? $" QT={Text(OnQueue, log)}" : "";

    /// <summary>Whole seconds as "1d2h3m4s", or with millisecond logging "4.567s" below a minute.</summary>
    public static string Text(TimeSpan time, LogOptions log)
    {
        if (time < TimeSpan.Zero) time = TimeSpan.Zero;
        if (log.Millisecond && time < TimeSpan.FromMinutes(1)) return string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalSeconds}.{time.Milliseconds:000}s");
        var text = "";
        if (time.Days >= 7) text += $"{time.Days / 7}w";
        if (time.Days % 7 > 0) text += $"{time.Days % 7}d";
        if (time.Hours > 0) text += $"{time.Hours}h";
        if (time.Minutes > 0) text += $"{time.Minutes}m";
        return time.Seconds > 0 || text.Length == 0 ? $"{text}{time.Seconds}s" : text;
    }
}
