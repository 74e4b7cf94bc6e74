using System.Globalization;
using ScriptMta.Mail;

namespace ScriptMta.Logging;

enum LogFile { Main, Reject, Panic }

/// <summary>
/// The main, reject and panic logs in Exim's line format: <c>YYYY-MM-DD HH:MM:SS [id ]text</c> (Exim chapter 53). Texts come from
/// the XxxLog class of each chapter. Control characters are written as backslash escapes, so no value from a peer can forge a line.
/// A log that cannot be written never stops mail: the line goes to standard error instead.
/// </summary>
/// <param name="show">For dry runs: gets every line once, without its stamp and whatever the files, and nothing is written.</param>
sealed class MailLog(TimeProvider clock, IReadOnlyList<LogSink> sinks, LogOptions options, Action<string>? show = null) : IDisposable
{
    static readonly LogFile[] OnlyMain = [LogFile.Main], OnlyReject = [LogFile.Reject], OnlyPanic = [LogFile.Panic], PanicAndMain = [LogFile.Panic, LogFile.Main];

    readonly Lock _gate = new();
    bool _closed;

    public MailLog(TimeProvider clock, Func<LogFile, TextWriter> writer, LogOptions options, Action<string>? show = null) : this(clock, [new LogSink.Files(writer)], options, show) { }

    public LogOptions Options { get; } = options;

    /// <summary>Something went to the panic log. Raised on the writer's thread.</summary>
    public event Action? PanicWritten;

    public void Main(MessageId? id, string text, LogFacts? facts = null) => Write(OnlyMain, id, text, facts);
    public void Reject(MessageId? id, string text) => Write(OnlyReject, id, text);

    /// <summary>Something an administrator must look at; also in the main log.</summary>
    public void Panic(MessageId? id, string text) => Write(PanicAndMain, id, text);

    public void Write(LogFile file, MessageId? id, string text) => Write(file switch { LogFile.Main => OnlyMain, LogFile.Reject => OnlyReject, _ => OnlyPanic }, id, text);

    /// <summary>One line that goes to several files.</summary>
    /// <param name="facts">For JSON; null where it is off or the line says all.</param>
    /// <param name="appendix">Lines that only the reject log gets.</param>
    public void Write(IReadOnlyList<LogFile> files, MessageId? id, string text, LogFacts? facts = null, string? appendix = null)
    {
        if (!Options.WritesRejectLog && files.Contains(LogFile.Reject)) files = [.. files.Where(file => file != LogFile.Reject)];
        if (files.Count == 0) return;
        var record = new LogRecord(clock.GetLocalNow(), id, Printable(text), facts, appendix, Options);
        if (show is not null) Show(record);
        else
            lock (_gate)
                if (!_closed)
                    foreach (var sink in sinks) Write(sink, record, files);
        if (files.Contains(LogFile.Panic)) PanicWritten?.Invoke();
    }

    static void Write(LogSink sink, LogRecord record, IReadOnlyList<LogFile> files)
    {
        try { sink.Write(record, files); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException) { Fallback(record.Line, error); }
    }

    /// <summary>As Exim shows it: of the stamp only the milliseconds.</summary>
    void Show(LogRecord record)
    {
        var line = record.WithoutStamp(Options.Pid);
        show!(Options.Millisecond ? record.Time.ToString("fff ", CultureInfo.InvariantCulture) + line : line);
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

    /// <summary>What a peer said, as Exim shows it: ASCII only, everything else as an escape, but a tab as it is.</summary>
    public static string Escape(string text) => Escape(text, static c => c is not '\t' and (< ' ' or > '~'));

    public static string Printable(string text) => Escape(text, static c => c is not '\t' and (< ' ' or '\u007f'));

    static string Escape(string text, Func<char, bool> isWrong)
    {
        if (!text.Any(isWrong)) return text;
        var result = new System.Text.StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = c switch
            {
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                _ when isWrong(c) => result.Append('\\').Append(Convert.ToString(c, 8).PadLeft(3, '0')),
                _ => result.Append(c),
            };
        return result.ToString();
    }
}
