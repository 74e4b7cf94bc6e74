namespace ScriptMta.Logging;

/// <summary>One path of log_file_path: "%s" stands for main, reject and panic, "%D" for the day, "%M" for the month (Exim 53.3). The panic log has no date.</summary>
static class LogPath
{
    public static string Of(string pattern, LogFile file, DateTimeOffset now) =>
        (file == LogFile.Panic ? Undated(Undated(pattern, "%D"), "%M") : pattern)
            .Replace("%s", file switch { LogFile.Main => "main", LogFile.Reject => "reject", _ => "panic" }, StringComparison.Ordinal)
            .Replace("%D", now.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("%M", now.ToString("yyyyMM", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>With the stamp goes the separator: the one behind it where it begins a name, else the one before it.</summary>
    static string Undated(string pattern, string stamp)
    {
        var at = pattern.IndexOf(stamp, StringComparison.Ordinal);
        if (at < 0) return pattern;
        var (start, end) = (at, at + stamp.Length);
        if (start > 0 && pattern[start - 1] == '/')
        {
            if (end < pattern.Length && !char.IsAsciiLetterOrDigit(pattern[end])) end++;
        }
        else if (start > 0 && !char.IsAsciiLetterOrDigit(pattern[start - 1])) start--;
        return pattern[..start] + pattern[end..];
    }
}
