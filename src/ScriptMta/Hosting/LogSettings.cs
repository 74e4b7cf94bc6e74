using ScriptMta.Common;
using ScriptMta.Language;
using ScriptMta.Logging;

namespace ScriptMta.Hosting;

/// <summary>Where the logs go and what they hold: log_file_path, log_selector, log_timezone, log_format, write_rejectlog and syslog_… (Exim 53).</summary>
sealed record LogSettings
{
    /// <summary>syslog(3) programs cut longer names.</summary>
    const int LongestProcessName = 32;

    /// <summary>"%s" stands for main, reject and panic; empty = no files.</summary>
    public required string FilePath { get; init; }
    public required SyslogOptions? Syslog { get; init; }
    public required LogOptions Options { get; init; }
    /// <summary>All of it as written: the same after a reload means that the log can go on.</summary>
    public required string AsWritten { get; init; }

    static readonly string[] Names =
        ["log_selector", "log_timezone", "log_format", "write_rejectlog", "syslog_duplication", "syslog_facility", "syslog_pid", "syslog_processname", "syslog_socket", "syslog_timestamp"];

    /// <param name="path">log_file_path, expanded; null = unset.</param>
    public static LogSettings From(OptionReader main, string? path, string spoolDirectory)
    {
        // The colon is fixed here (Exim 53.1).
        var items = (path ?? "").Split(':').Select(item => item.TrimSpace()).ToList();
        var paths = items.Where(item => item != "syslog").Select(item => item.Length > 0 ? item : Path.Combine(spoolDirectory, "log", "%slog")).ToList();
        if (paths.Count > 1) main.Problems.Warn(main.PlaceOf("log_file_path"), $"log_file_path: there is more than one path: {paths[0]} is used");
        var file = paths.FirstOrDefault() ?? "";
        var format = main.Text("log_format")?.Text ?? "exim";
        if (format is not ("exim" or "json")) main.Error("log_format", $"\"{format}\" is neither exim nor json");
        var options = LogSelectors.Parse(main.Text("log_selector")?.Text ?? "", message => main.Problems.Error(main.PlaceOf("log_selector"), message)) with
        {
            ShowsZone = main.Bool("log_timezone", false), WritesRejectLog = main.Bool("write_rejectlog", true), IsJson = format == "json",
            Directory = file.Length == 0 || file.StartsWith("/dev/", StringComparison.Ordinal) ? "" : Path.GetDirectoryName(LogPath.Of(file, LogFile.Main, DateTimeOffset.UnixEpoch)) ?? "",
        };
        return new()
        {
            FilePath = file, Options = options, Syslog = items.Contains("syslog") ? SyslogOf(main) : null, AsWritten = string.Join('\n', Names.Select(name => main.Text(name)?.Text).Prepend(string.Join(':', items))),
        };
    }

    public MailLog Open(TimeProvider clock)
    {
        var sinks = new List<LogSink>();
        if (FilePath.Length > 0) sinks.Add(new LogSink.Files(new LogFiles(FilePath, clock).WriterFor));
        if (Syslog is not null) sinks.Add(new SyslogSink(Syslog));
        return new(clock, sinks, Options);
    }

    static SyslogOptions SyslogOf(OptionReader main)
    {
        var none = new SyslogOptions();
        var name = main.Text("syslog_processname")?.Text ?? none.ProcessName;
        if (name.Length > LongestProcessName) main.Error("syslog_processname", $"\"{name}\" is longer than {LongestProcessName} characters");
        var facility = main.Text("syslog_facility")?.Text ?? "mail";
        if (!SyslogOptions.Facilities.TryGetValue(facility, out var number))
            main.Problems.Error(main.PlaceOf("syslog_facility"), $"{main.Owner}: syslog_facility: \"{facility}\" is none of {string.Join(", ", SyslogOptions.Facilities.Keys)}", $"failed to interpret syslog_facility \"{facility}\"");
        return new()
        {
            Socket = main.Text("syslog_socket")?.Text ?? none.Socket, Facility = number, ProcessName = name,
            WithPid = main.Bool("syslog_pid", true), WithTimestamp = main.Bool("syslog_timestamp", true), Duplication = main.Bool("syslog_duplication", true),
        };
    }
}
