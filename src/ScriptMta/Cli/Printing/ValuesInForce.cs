using ScriptMta.Common.Posix;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>Main options that the load decides on: expanded at once, or filled in from the host and from this program where the file leaves them out.</summary>
sealed class ValuesInForce(LoadedConfiguration configuration)
{
    public string? Of(string option) => option switch
    {
        "primary_hostname" => Written(option) ?? configuration.Settings.PrimaryHostname,
        "qualify_domain" => Written(option) ?? configuration.Settings.QualifyDomain,
        "qualify_recipient" => Written(option) ?? Written("qualify_domain") ?? configuration.Settings.QualifyRecipient,
        "spool_directory" => configuration.Settings.SpoolDirectory,
        "log_file_path" => Written(option) is null ? configuration.Settings.Log.FilePath : configuration.Settings.Log.AsWritten.Split('\n')[0],
        "pid_file_path" => configuration.Settings.PidFile,
        "retry_interval_max" => OptionValues.FormatTime(configuration.Queue.Options.RetryIntervalMax),
        "exim_path" => Written(option) ?? Environment.ProcessPath,
        "exim_user" => Written(option) ?? $"{Users.geteuid()}",
        "exim_group" => Written(option) ?? $"{Users.getegid()}",
        _ => null,
    };

    string? Written(string option) => configuration.Document.Main.Settings.LastOrDefault(s => s.Name == option)?.Value?.Text;
}
