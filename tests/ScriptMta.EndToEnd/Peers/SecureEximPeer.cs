using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>Debian's Exim as a server that takes mail over TLS only, and only from who logs in: as user, with the password pencil.</summary>
sealed partial class SecureEximPeer : MailPeer
{
    static readonly string Program = UnpackedAt("EXIM_ORACLE", "exim/usr/sbin/exim4");

    public SecureEximPeer(bool onConnect = false)
    {
        Open(Folder["spool"]);
        Open(Folder["log"]);
        var made = Binary.Run(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", Folder["key.pem"], "-out", Folder["cert.pem"], "-days", "3", "-subj", "/CN=exim.peer.example", "-addext", "subjectAltName=IP:127.0.0.1"], program: "openssl");
        Assert.True(made.Status == 0, made.ToString());
        File.SetUnixFileMode(Folder["key.pem"], (UnixFileMode)0x1a4);
        var port = Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Start(Program, "-C", Folder.Write("exim.conf", """
            primary_hostname = exim.peer.example
            qualify_domain = peer.example
            spool_directory = DIR/spool
            log_file_path = DIR/log/%slog
            pid_file_path = DIR/log/pid
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = PORT
            tls_on_connect_ports = ON
            keep_environment =
            tls_certificate = DIR/cert.pem
            tls_privatekey = DIR/key.pem
            auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
            queue_only
            acl_smtp_rcpt = ${if def:authenticated_id {accept}{deny}}
            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_condition = ${if and{{eq{$auth2}{user}}{eq{$auth3}{pencil}}}}
              server_set_id = $auth2
            login:
              driver = plaintext
              public_name = LOGIN
              server_prompts = User : Password
              server_condition = ${if and{{eq{$auth1}{user}}{eq{$auth2}{pencil}}}}
              server_set_id = $auth1
            cram:
              driver = cram_md5
              public_name = CRAM-MD5
              server_secret = pencil
              server_set_id = $auth1

            """.Replace("DIR", Folder.Path, StringComparison.Ordinal).Replace("PORT", port, StringComparison.Ordinal).Replace("ON\n", (onConnect ? port : "") + "\n", StringComparison.Ordinal)), "-bdf");
    }

    public string Certificate => Folder["cert.pem"];
    public override string Log => string.Concat(Directory.GetFiles(Folder["log"], "*log").Order(StringComparer.Ordinal).Select(static file => File.ReadAllText(file, System.Text.Encoding.Latin1)));
    public override IReadOnlyList<string> Taken => [.. Arrival().Matches(Log).Select(static m => m.Value)];

    /// <summary>It keeps what it takes.</summary>
    public override void DeliverAll() { }

    [GeneratedRegex(@" <= (\S+@\S+) .*")] private static partial Regex Arrival();
}
