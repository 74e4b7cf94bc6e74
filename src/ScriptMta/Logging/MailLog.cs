using System.Globalization;
using ScriptMta.Mail;

namespace ScriptMta.Logging;

enum LogFile { Main, Reject, Panic }

/// <summary>
/// The main, reject and panic logs in Exim's line format: <c>YYYY-MM-DD HH:MM:SS [id ]text</c> (Exim chapter 52). Texts come from
/// the XxxLog class of each chapter. Control characters are written as backslash escapes, so no value from a peer can forge a line.
/// A log that cannot be written never stops mail: the line goes to standard error instead.
/// </summary>
/// <param name="show">For dry runs: gets every line once, without its stamp and whatever the files, and nothing is written.</param>
sealed class MailLog(TimeProvider clock, Func<LogFile, TextWriter> writer, LogOptions options, Action<string>? show = null) : IDisposable
{
    readonly Lock _gate = new();
    bool _closed;

    public LogOptions Options { get; } = options;

    public void Main(MessageId? id, string text) => Write(LogFile.Main, id, text);
    public void Reject(MessageId? id, string text) => Write(LogFile.Reject, id, text);

    /// <summary>Something an administrator must look at; also in the main log.</summary>
    public void Panic(MessageId? id, string text) => Write(PanicAndMain, id, text);

    public void Write(LogFile file, MessageId? id, string text)
    {
        var line = Line(id, text);
        if (show is not null) Show(line);
        else Write(file, Stamp() + line);
    }

    /// <summary>One line that goes to several files.</summary>
    public void Write(IReadOnlyList<LogFile> files, MessageId? id, string text)
    {
        if (files.Count == 0) return;
        var line = Line(id, text);
        if (show is not null) { Show(line); return; }
        var stamped = Stamp() + line;
        foreach (var file in files) Write(file, stamped);
    }

    static readonly LogFile[] PanicAndMain = [LogFile.Panic, LogFile.Main];

    string Stamp() => clock.GetLocalNow().ToString(Options.Millisecond ? "yyyy-MM-dd HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " ";

    /// <summary>As Exim shows it: of the stamp only the milliseconds.</summary>
    void Show(string line) => show!(Options.Millisecond ? clock.GetLocalNow().ToString("fff ", CultureInfo.InvariantCulture) + line : line);

    string Line(MessageId? id, string text) => string.Concat(Options.Pid ? $"[{Environment.ProcessId}] " : "", id is { } known ? known.Text + " " : "", Printable(text));

    void Write(LogFile file, string line)
    {
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

    /// <summary>What a peer said, as Exim shows it: ASCII only, everything else as an escape.</summary>
    public static string Escape(string text) => Escape(text, static c => c is < ' ' or > '~');

    static string Printable(string text) => Escape(text, static c => c is < ' ' or '\u007f');

    static string Escape(string text, Func<char, bool> isWrong)
    {
        if (!text.Any(isWrong)) return text;
        var result = new System.Text.StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = c switch
            {
                '\n' => result.Append("\\n"),
                '\t' => result.Append("\\t"),
                '\r' => result.Append("\\r"),
                _ when isWrong(c) => result.Append('\\').Append(Convert.ToString(c, 8).PadLeft(3, '0')),
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

    /// <summary>Where the log files are; empty = not in files.</summary>
    public string Directory { get; init; } = "";

    public bool Has(string selector) => Selectors.Contains(selector);
    public bool Millisecond { get; } = Selectors.Contains("millisec");
    public bool Pid { get; } = Selectors.Contains("pid");
}
