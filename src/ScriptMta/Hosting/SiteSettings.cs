using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Mail;

namespace ScriptMta.Hosting;

/// <summary>The main options that belong to no single chapter: names, directories, logs, scripts, DNS. Expanded once at load.</summary>
sealed record SiteSettings
{
    public required string PrimaryHostname { get; init; }
    public required string QualifyDomain { get; init; }
    public required string QualifyRecipient { get; init; }
    public required string SpoolDirectory { get; init; }
    public required LogSettings Log { get; init; }
    public required string PidFile { get; init; }
    public required IReadOnlyList<string> ScriptFiles { get; init; }
    public required AddressRules AddressRules { get; init; }

    /// <summary>Ours, so that a spool of Exim's is never touched unless the configuration names it.</summary>
    const string DefaultSpoolDirectory = "/var/spool/scriptmta";

    /// <param name="main">The main section.</param>
    /// <param name="provisional">Only $config_dir, $config_file, $primary_hostname and $spool_directory are known yet.</param>
    public static SiteSettings From(OptionReader main, ProvisionalContext provisional)
    {
        var hostname = provisional.Expand(main, "primary_hostname") ?? MachineName();
        provisional.PrimaryHostname = hostname;
        var qualify = provisional.Expand(main, "qualify_domain") ?? hostname;
        var spool = provisional.Expand(main, "spool_directory") ?? DefaultSpoolDirectory;
        provisional.SpoolDirectory = spool;
        return new SiteSettings
        {
            PrimaryHostname = hostname,
            QualifyDomain = qualify,
            QualifyRecipient = provisional.Expand(main, "qualify_recipient") ?? qualify,
            SpoolDirectory = spool,
            Log = LogSettings.From(main, provisional.Expand(main, "log_file_path"), spool),
            PidFile = provisional.Expand(main, "pid_file_path") ?? Path.Combine(spool, "scriptmta-daemon.pid"),
            ScriptFiles = [.. provisional.ExpandList(main, "js_files").Select(f => Path.GetFullPath(f, provisional.ConfigDirectory))],
            AddressRules = new AddressRules
            {
                AllowDomainLiterals = main.Bool("allow_domain_literals", false),
                StripExcessAngleBrackets = main.Bool("strip_excess_angle_brackets", false),
                StripTrailingDot = main.Bool("strip_trailing_dot", false),
            },
        };
    }

    /// <summary>The host's name, made fully qualified where /etc/hosts or the DNS can do that at once.</summary>
    static string MachineName()
    {
        var name = System.Net.Dns.GetHostName();
        if (name.Contains('.')) return name;
        try { return System.Net.Dns.GetHostEntry(name).HostName is { } full && full.Contains('.') ? full : name; }
        catch (SocketException) { return name; }
    }

    /// <summary>For @[] and for knowing ourselves in MX lists.</summary>
    public static IReadOnlyList<IPAddress> LocalAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces().Where(i => i.OperationalStatus == OperationalStatus.Up || i.NetworkInterfaceType == NetworkInterfaceType.Loopback)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address).Distinct(),
    ];
}
