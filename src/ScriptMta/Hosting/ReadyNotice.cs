namespace ScriptMta.Hosting;

/// <summary>What the daemon tells whoever started it: on a terminal for a person, through a pipe for `-bd`.</summary>
static class ReadyNotice
{
    /// <summary>The last line before the daemon is on its own; the parent of a background daemon waits for it.</summary>
    public const string Ready = "scriptmta: ready";

    public static IEnumerable<string> Lines(LoadedConfiguration configuration, string version, IEnumerable<string> endpoints, int queued)
    {
        yield return $"ScriptMta {version}, configuration {configuration.Document.File}";
        foreach (var endpoint in endpoints) yield return $"listening on {endpoint}";
        yield return $"spool {configuration.Settings.SpoolDirectory} ({queued} messages queued), log {LogOf(configuration.Settings.Log)}";
        foreach (var transport in configuration.Document.Transports)
            yield return $"mail goes by transport {transport.Name}: {Where(transport).Replace("$config_dir", Path.GetDirectoryName(configuration.Document.File), StringComparison.Ordinal)}";
    }

    static string LogOf(LogSettings log) => log.FilePath.Length == 0 ? "syslog" : log.FilePath.Replace("%s", "main", StringComparison.Ordinal) + (log.Syslog is null ? "" : " and syslog");

    static string Where(Language.SettingBlock transport)
    {
        string? Option(string name) => transport.Settings.FirstOrDefault(s => s.Name == name)?.Value?.Text;
        return (Option("driver") ?? "?") + ((Option("file") ?? Option("directory") ?? Option("command") ?? Option("hosts")) is { } where ? " " + where : "");
    }
}
