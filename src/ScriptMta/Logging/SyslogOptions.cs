namespace ScriptMta.Logging;

/// <summary>The main options syslog_… (Exim 53.4), and where the daemon of syslog listens.</summary>
sealed record SyslogOptions
{
    /// <summary>A path, or "udp:host:port".</summary>
    public string Socket { get; init; } = "/dev/log";
    public int Facility { get; init; } = Facilities["mail"];
    public string ProcessName { get; init; } = "exim";
    /// <summary>Whether lines that the selector pid gave a process id keep it: syslog adds one of its own.</summary>
    public bool WithPid { get; init; } = true;
    public bool WithTimestamp { get; init; } = true;
    public bool Duplication { get; init; } = true;

    /// <summary>Of syslog(3), by the names that Exim knows.</summary>
    public static readonly Dictionary<string, int> Facilities = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mail"] = 2, ["user"] = 1, ["news"] = 7, ["uucp"] = 8, ["daemon"] = 3,
        ["local0"] = 16, ["local1"] = 17, ["local2"] = 18, ["local3"] = 19, ["local4"] = 20, ["local5"] = 21, ["local6"] = 22, ["local7"] = 23,
    };
}
