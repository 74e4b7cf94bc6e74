namespace ScriptMta.EndToEnd;

/// <summary>A folder with a small configuration: everything for example.com goes to Maildirs below mail/, all else to a smart host when a port is given.</summary>
sealed class TestSite : IDisposable
{
    public TemporaryFolder Folder { get; } = new();
    public string ConfigFile { get; }

    public TestSite(int? smartHostPort = null, string main = "", string routers = "", string transports = "", string retry = "*  *  F,1h,1m", string acl = "accept")
    {
        ConfigFile = Folder.Write("scriptmta.conf", $$"""
            primary_hostname = mail.example.com
            qualify_domain = example.com
            spool_directory = {{Folder["spool"]}}
            log_file_path = {{Folder["log"]}}/%slog
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = 0
            acl_smtp_rcpt = acl_check_rcpt
            {{main}}
            begin acl
            acl_check_rcpt:
              {{acl}}
            begin routers
            {{routers}}
            local:
              driver = accept
              domains = example.com
              local_parts = alice : bob : carol : support
              transport = mailbox
            {{(smartHostPort is { } port ? $"relay:\n  driver = manualroute\n  domains = ! example.com\n  route_list = * 127.0.0.1::{port}\n  self = send\n  transport = out\n" : "")}}
            begin transports
            mailbox:
              driver = appendfile
              directory = {{Folder["mail"]}}/$local_part_data
              maildir_format
              create_directory
              envelope_to_add
              return_path_add
            out:
              driver = smtp
            {{transports}}
            begin retry
            {{retry}}
            """);
    }

    public RunningDaemon StartDaemon() => RunningDaemon.Start(ConfigFile);

    /// <summary>The messages in a user's Maildir, as text.</summary>
    public IReadOnlyList<string> Mailbox(string user)
    {
        var arrived = Path.Combine(Folder["mail"], user, "new");
        return Directory.Exists(arrived) ? [.. Directory.GetFiles(arrived).Order().Select(f => File.ReadAllText(f, System.Text.Encoding.Latin1))] : [];
    }

    public string MainLog => File.Exists(Folder["log/mainlog"]) ? File.ReadAllText(Folder["log/mainlog"], System.Text.Encoding.Latin1) : "";

    public CommandResult Command(IEnumerable<string> arguments, string input = "") => Binary.Run(arguments, input);

    public string WaitForMail(string user, string text)
    {
        Wait.Until(() => Mailbox(user).Any(m => m.Contains(text, StringComparison.Ordinal)), $"mail for {user} with: {text}\nlog:\n{MainLog}");
        return Mailbox(user).First(m => m.Contains(text, StringComparison.Ordinal));
    }

    public void Dispose() => Folder.Dispose();
}
