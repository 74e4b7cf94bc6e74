using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>Debian's Exim. What it refused to deliver it drops.</summary>
sealed partial class EximPeer : MailPeer
{
    static readonly string Program = UnpackedAt("EXIM_ORACLE", "exim/usr/sbin/exim4");

    readonly string _configuration;

    /// <param name="relayTo">Null: it keeps what it takes.</param>
    public EximPeer(int? relayTo = null, bool chunking = false)
    {
        Open(Folder["spool"]);
        Open(Folder["log"]);
        _configuration = Folder.Write("exim.conf", $$"""
            primary_hostname = exim.peer.example
            qualify_domain = peer.example
            spool_directory = {{Folder["spool"]}}
            log_file_path = {{Folder["log"]}}/%slog
            pid_file_path = {{Folder["log"]}}/pid
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = {{Port}}
            keep_environment =
            tls_advertise_hosts =
            smtp_enforce_sync = false
            queue_only
            acl_smtp_rcpt = accept
            begin routers
            gone:
              driver = redirect
              domains = sender.example
              data = :blackhole:
            out:
              driver = manualroute
              route_list = * 127.0.0.1::{{relayTo ?? 9}}
              self = send
              transport = out
            begin transports
            out:
              driver = smtp
              allow_localhost
              hosts_try_chunking = {{(chunking ? "*" : "")}}
            """);
        Start(Program, "-C", _configuration, "-bdf");
    }

    public override string Log => string.Concat(Directory.GetFiles(Folder["log"], "*log").Order(StringComparer.Ordinal).Select(static file => File.ReadAllText(file, System.Text.Encoding.Latin1)));
    string MainLog => File.Exists(Folder["log/mainlog"]) ? File.ReadAllText(Folder["log/mainlog"], System.Text.Encoding.Latin1) : "";
    public override IReadOnlyList<string> Taken => [.. Arrival().Matches(MainLog).Select(static m => m.Groups[1].Value)];

    public override void DeliverAll() => Binary.Run(["-C", _configuration, "-qff"], program: Program, seconds: 60);

    [GeneratedRegex(@" <= (\S+@\S+) ")] private static partial Regex Arrival();
}
