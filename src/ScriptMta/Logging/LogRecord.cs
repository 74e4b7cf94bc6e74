using System.Globalization;
using ScriptMta.Mail;

namespace ScriptMta.Logging;

/// <summary>One entry on its way to the files and to syslog. Text has no control characters left; Appendix (the header section of a refused message) has lines.</summary>
sealed record LogRecord(DateTimeOffset Time, MessageId? Id, string Text, LogFacts? Facts, string? Appendix, LogOptions Options)
{
    string? _line;

    /// <summary>As Exim writes it: stamp, process id, message id, text.</summary>
    public string Line => _line ??= Stamp + WithoutStamp(Options.Pid);

    /// <summary>What follows the stamp.</summary>
    public string WithoutStamp(bool pid) => string.Concat(pid ? $"[{Environment.ProcessId}] " : "", Id is { } known ? known.Text + " " : "", Text);

    /// <summary>Ends in a space.</summary>
    public string Stamp
    {
        get
        {
            var stamp = Time.ToString(Options.Millisecond ? "yyyy-MM-dd HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            return Options.ShowsZone ? $"{stamp} {Time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal)} " : stamp + " ";
        }
    }

    /// <summary>What one file gets, without the last line end.</summary>
    public string For(LogFile file) =>
        Options.IsJson ? JsonLine.Of(this, file) : file == LogFile.Reject && Appendix is not null ? $"{Line}\n{Appendix}" : Line;
}
