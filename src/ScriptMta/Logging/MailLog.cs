using System.Globalization;
using ScriptMta.Mail;

namespace ScriptMta.Logging;

enum LogFile { Main, Reject, Panic }

/// <summary>
/// The main, reject and panic logs in Exim's line format: <c>YYYY-MM-DD HH:MM:SS [id ]text</c> (Exim chapter 52). Texts come from
/// the XxxLog class of each chapter. Control characters are written as backslash escapes, so no value from a peer can forge a line.
/// A log that cannot be written never stops mail: the line goes to standard error instead.
/// </summary>
sealed class MailLog(TimeProvider clock, Func<LogFile, TextWriter> writer, LogOptions options) : IDisposable
{
    readonly Lock _gate = new();
    bool _closed;

    public LogOptions Options { get; } = options;

    public void Main(MessageId? id, string text) => Write(LogFile.Main, id, text);
    public void Reject(MessageId? id, string text) => Write(LogFile.Reject, id, text);

    /// <summary>Something an administrator must look at; also in the main log.</summary>
    public void Panic(MessageId? id, string text)
    {
        Write(LogFile.Panic, id, text);
        Write(LogFile.Main, id, text);
    }

    public void Write(LogFile file, MessageId? id, string text)
    {
        var stamp = clock.GetLocalNow().ToString(Options.Millisecond ? "yyyy-MM-dd HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var line = string.Concat(stamp, Options.Pid ? $" [{Environment.ProcessId}] " : " ", id is { } known ? known.Text + " " : "", Printable(text));
        lock (_gate)
        {
            if (_closed) return;
            try { writer(file).WriteLine(line); }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException) { Fallback(line, error); }
        }
    }

    static void Fallback(string line, Exception error)
    {
        try { Console.Error.WriteLine($"{line} (log not written: {error.Message})"); }
        catch (IOException) { /* standard error is closed as well: nobody is there to tell, and the mail must go on */ }
    }

    public void Dispose()
    {
        lock (_gate) _closed = true;
    }

    static string Printable(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !text.Contains('\u007f')) return text;
        var result = new System.Text.StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = c switch
            {
                '\n' => result.Append("\\n"),
                '\t' => result.Append("\\t"),
                '\r' => result.Append("\\r"),
                < ' ' or '\u007f' => result.Append('\\').Append(Convert.ToString(c, 8).PadLeft(3, '0')),
                _ => result.Append(c),
            };
        return result.ToString();
    }
}

/// <summary>What log_selector and its relatives chose, by selector name without sign (Exim chapter 52.15).</summary>
sealed record LogOptions(IReadOnlySet<string> Selectors)
{
    /// <summary>The selectors that Exim has on when log_selector is unset.</summary>
    public static readonly LogOptions Default = new(new HashSet<string>(StringComparer.Ordinal)
    {
        "acl_warn_skipped", "connection_reject", "delay_delivery", "dkim", "dnslist_defer", "etrn", "host_lookup_failed",
        "lost_incoming_connection", "msg_id", "queue_run", "rejected_header", "retry_defer", "sender_verify_fail", "size_reject",
        "skip_delivery", "smtp_confirmation", "tls_certificate_verified", "tls_cipher",
    });

    public bool Has(string selector) => Selectors.Contains(selector);
    public bool Millisecond { get; } = Selectors.Contains("millisec");
    public bool Pid { get; } = Selectors.Contains("pid");
}
