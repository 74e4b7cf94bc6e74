using System.Globalization;

namespace ScriptMta.Expansion;

/// <summary>$tod_…: the time of day in the forms of logs, headers, mailboxes and numbers.</summary>
static class TimeVariables
{
    public static readonly KeyValuePair<string, VariableReader>[] Rows =
    [
        new("tod_log", e => e.Append(Local(e).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture))),
        new("tod_logfile", e => e.Append(Local(e).ToString("yyyyMMdd", CultureInfo.InvariantCulture))),
        new("tod_full", e => e.Append(Full(Local(e)))),
        new("tod_zone", e => e.Append(Zone(Local(e)))),
        new("tod_zulu", e => e.Append(e.Context.Environment.Clock.GetUtcNow().ToString("yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture))),
        new("tod_epoch", e => e.Append(e.Context.Environment.Clock.GetUtcNow().ToUnixTimeSeconds())),
        new("tod_epoch_l", e => e.Append((e.Context.Environment.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond)),
        new("tod_bsdinbox", e => e.Append(BsdInbox(Local(e)))),
    ];

    /// <summary>As in Date: and Received: (RFC 5322 3.3).</summary>
    public static string Full(DateTimeOffset time) => time.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + Zone(time);

    /// <summary>As in the "From " line of a mailbox.</summary>
    public static string BsdInbox(DateTimeOffset time) =>
        time.ToString("ddd MMM ", CultureInfo.InvariantCulture) + time.Day.ToString().PadLeft(2) + time.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture);

    static string Zone(DateTimeOffset time) =>
        (time.Offset < TimeSpan.Zero ? '-' : '+') + Math.Abs(time.Offset.Hours).ToString("00") + Math.Abs(time.Offset.Minutes).ToString("00");

    static DateTimeOffset Local(Evaluation evaluation) => evaluation.Context.Environment.Clock.GetLocalNow();
}
