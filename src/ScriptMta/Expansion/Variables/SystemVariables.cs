using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>This machine, this configuration, this process.</summary>
static class SystemVariables
{
    public static readonly KeyValuePair<string, VariableReader>[] Rows =
    [
        new("primary_hostname", e => e.Append(e.Context.Environment.PrimaryHostname)),
        new("qualify_domain", e => e.Append(e.Context.Environment.QualifyDomain)),
        new("qualify_recipient", e => e.Append(e.Context.Environment.QualifyRecipient)),
        new("spool_directory", e => e.Append(e.Context.Environment.SpoolDirectory)),
        new("config_file", e => e.Append(e.Context.Environment.ConfigFile)),
        new("config_dir", e => e.Append(Path.GetDirectoryName(e.Context.Environment.ConfigFile) ?? "")),
        new("exim_version", e => Setting(e, "exim_version", Version)),
        new("version_number", e => Setting(e, "version_number", Version)),
        new("compile_date", e => Setting(e, "compile_date", "")),
        new("compile_number", e => Setting(e, "compile_number", "1")),
        new("exim_path", e => Setting(e, "exim_path", Environment.ProcessPath ?? "")),
        new("exim_uid", e => Setting(e, "exim_uid", "0")),
        new("exim_gid", e => Setting(e, "exim_gid", "0")),
        new("pid", e => e.Append(Environment.ProcessId)),
        new("initial_cwd", e => Setting(e, "initial_cwd", Latin1.FromUnicode(Environment.CurrentDirectory))),
        new("localhost_number", e => Setting(e, "localhost_number", "0")),
        new("load_average", e => e.Append(LoadAverage())),
        new("bounce_return_size_limit", ReturnLimit),
        new("return_size_limit", ReturnLimit),
        new("inode", e => ConnectionVariables.Variable(e, "inode", "0")),
        new("queue_name", e => e.Append(e.Context.Connection.QueueName)),
        new("queue_size", e => ConnectionVariables.Variable(e, "queue_size")),
        new("spool_space", e => e.Append(Kilobytes(e.Context.Environment.SpoolDirectory))),
        new("log_space", e => e.Append(Kilobytes(e.Context.Environment.SpoolDirectory))),
        new("spool_inodes", e => e.Append(Inodes(e.Context.Environment.SpoolDirectory))),
        new("log_inodes", e => e.Append(Inodes(e.Context.Environment.SpoolDirectory))),
    ];

    static string Version => typeof(SystemVariables).Assembly.GetName().Version?.ToString(3) ?? "";

    static ExpandedKind Setting(Evaluation evaluation, string name, string otherwise) =>
        evaluation.Append(evaluation.Context.Environment.Settings.GetValueOrDefault(name, otherwise));

    /// <summary>In bytes, however it is written.</summary>
    static ExpandedKind ReturnLimit(Evaluation evaluation)
    {
        var settings = evaluation.Context.Environment.Settings;
        var text = settings.GetValueOrDefault("bounce_return_size_limit") ?? settings.GetValueOrDefault("return_size_limit", "100K");
        return evaluation.Append(OptionValues.Int(text, out var bytes) == ValueError.None ? bytes.ToString(System.Globalization.CultureInfo.InvariantCulture) : text);
    }

    /// <summary>The one-minute load times 1000; 0 where the system does not say.</summary>
    static long LoadAverage()
    {
        const string source = "/proc/loadavg";
        if (!File.Exists(source)) return 0;
        var first = File.ReadAllText(source).Split(' ')[0];
        return double.TryParse(first, System.Globalization.CultureInfo.InvariantCulture, out var load) ? (long)(load * 1000) : 0;
    }

    /// <summary>Free space in the file system of a directory, in kilobytes; -1 = not known, as Exim has it.</summary>
    static long Kilobytes(string directory) =>
        directory.Length != 0 && Directory.Exists(directory) ? new DriveInfo(directory).AvailableFreeSpace / 1024 : -1;

    /// <summary>Files that may still be made in the file system of a directory; -1 = not known, or no such limit.</summary>
    static long Inodes(string directory) =>
        directory.Length != 0 && Directory.Exists(directory) && FileSpace.FreeInodes(directory) is < long.MaxValue and var left ? left : -1;
}
