namespace ScriptMta.EndToEnd;

/// <summary>
/// Debian's OpenSMTPD; it keeps what it gets in one Maildir. The paths that are compiled into it are given to it alone. It offers STARTTLS where asked, but Debian 12's (6.8 with OpenSSL 3) breaks each
/// handshake off: a server whose TLS does not work.
/// </summary>
sealed class OpenSmtpdPeer : MailPeer
{
    const string Run = """
        set -e
        for folder in /usr/libexec /var/spool /var/lib /run; do mount -t tmpfs -o mode=755 tmpfs $folder; done
        mkdir -p /usr/libexec/opensmtpd /var/spool/smtpd /var/lib/opensmtpd/empty
        chmod 711 /var/spool/smtpd
        mount --bind "$1/usr/libexec/opensmtpd" /usr/libexec/opensmtpd
        exec "$1/usr/sbin/smtpd" -d -f "$2"
        """;

    /// <summary>The user that mail is written as.</summary>
    const int Nobody = 65534;

    public OpenSmtpdPeer(bool offersTls = false)
    {
        Open(Folder["mail"]);
        Folder.Write("everybody", "@ box\n");
        Folder.Write("boxes", $"box {Nobody}:{Nobody}:{Folder["mail"]}\n");
        if (offersTls) MakeCertificate();
        var configuration = Folder.Write("smtpd.conf", $"""
            {(offersTls ? $"pki peer cert \"{Folder["cert.pem"]}\"\npki peer key \"{Folder["key.pem"]}\"" : "")}
            table boxes file:{Folder["boxes"]}
            table everybody file:{Folder["everybody"]}
            listen on 127.0.0.1 port {Port} hostname opensmtpd.peer.example {(offersTls ? "tls pki peer" : "")}
            action "box" maildir "{Folder["mail"]}" userbase <boxes> virtual <everybody>
            match from any for any action "box"
            """ + "\n");
        Start("unshare", "-m", "sh", "-c", Run, "sh", UnpackedAt("OPENSMTPD_PEER_ROOT", "opensmtpd"), configuration);
    }

    void MakeCertificate()
    {
        var made = Binary.Run(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", Folder["key.pem"], "-out", Folder["cert.pem"], "-days", "3", "-subj", "/CN=opensmtpd.peer.example"], program: "openssl");
        Assert.True(made.Status == 0, made.ToString());
        File.SetUnixFileMode(Folder["key.pem"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public override string Log => "";
    public override IReadOnlyList<string> Taken => [.. Messages.Select(static m => m.Split('\n')[0])];
    public IReadOnlyList<string> Messages =>
        Directory.Exists(Folder["mail/new"]) ? [.. Directory.GetFiles(Folder["mail/new"]).Select(static f => File.ReadAllText(f, System.Text.Encoding.Latin1))] : [];

    /// <summary>It delivers at once.</summary>
    public override void DeliverAll() { }
}
