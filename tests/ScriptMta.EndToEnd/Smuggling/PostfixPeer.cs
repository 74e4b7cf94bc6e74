using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>Debian's Postfix, without its own start-up script; its libraries are found since its folder is mounted over theirs, for it alone.</summary>
sealed partial class PostfixPeer : MailPeer
{
    /// <summary>The owners and modes that Postfix insists on.</summary>
    const string MakeQueue = """
        set -e
        cd "$1"; mkdir active bounce corrupt defer deferred flush hold incoming private saved trace maildrop public pid
        chown postfix active bounce corrupt defer deferred flush hold incoming private saved trace maildrop public "$2"
        chmod 700 active bounce corrupt defer deferred flush hold incoming private saved trace "$2"
        chgrp postdrop maildrop public; chmod 1730 maildrop; chmod 2710 public
        mkdir -p /usr/lib/postfix
        """;

    const string WithLibraries = "mount --bind \"$1/usr/lib/postfix\" /usr/lib/postfix && exec \"$1/usr/lib/postfix/sbin/master\" -c \"$2\" -d";

    static readonly string Root = UnpackedAt("POSTFIX_PEER_ROOT", "postfix");

    /// <param name="needsTls">It takes mail over TLS only.</param>
    /// <param name="chain">PEM of a key, its certificate and whatever is to be sent with it; null = no TLS, or with a certificate of its own where it needs it.</param>
    public PostfixPeer(int? relayTo = null, bool needsTls = false, string? chain = null)
    {
        if (needsTls)
        {
            var certified = Binary.Run(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", Folder["key.pem"], "-out", Folder["cert.pem"], "-days", "3", "-subj", "/CN=postfix.peer.example"], program: "openssl");
            Assert.True(certified.Status == 0, certified.ToString());
        }
        Open(Folder["log"]);
        foreach (var name in (string[])["queue", "data"]) Directory.CreateDirectory(Folder[name]);
        var made = Binary.Run(["-c", MakeQueue, "sh", Folder["queue"], Folder["data"]], program: "/bin/sh");
        Assert.True(made.Status == 0, made.ToString());
        Folder.Write("conf/main.cf", $"""
            compatibility_level = 3.6
            queue_directory = {Folder["queue"]}
            data_directory = {Folder["data"]}
            daemon_directory = {Root}/usr/lib/postfix/sbin
            command_directory = {Root}/usr/sbin
            myhostname = postfix.peer.example
            mydestination =
            mynetworks = 127.0.0.0/8
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            alias_maps =
            alias_database =
            local_recipient_maps =
            default_transport = {(relayTo is null ? "discard:" : $"smtp:[127.0.0.1]:{relayTo}")}
            bounce_queue_lifetime = 0
            {(chain is null ? "" : $"smtpd_tls_security_level = may\nsmtpd_tls_chain_files = {Folder.Write("chain.pem", chain)}")}
            maillog_file = {Folder["log"]}/maillog
            maillog_file_prefixes = {Folder.Path}
            {(needsTls ? $"smtpd_tls_security_level = encrypt\nsmtpd_tls_loglevel = 1\nsmtpd_tls_cert_file = {Folder["cert.pem"]}\nsmtpd_tls_key_file = {Folder["key.pem"]}\n" : "")}
            """);
        Folder.Write("conf/master.cf", $"""
            127.0.0.1:{Port} inet n - n - - smtpd
            tlsmgr unix - - n 1000? 1 tlsmgr
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            tlsmgr unix - - n 1000? 1 tlsmgr
            proxymap unix - - n - - proxymap
            anvil unix - - n - 1 anvil
            smtp unix - - n - - smtp
            discard unix - - n - - discard
            error unix - - n - - error
            retry unix - - n - - error
            postlog unix-dgram n - n - 1 postlogd
            """ + "\n");
        Start("unshare", "-m", "sh", "-c", WithLibraries, "sh", Root, Folder["conf"]);
    }

    public override string Log => File.Exists(Folder["log/maillog"]) ? File.ReadAllText(Folder["log/maillog"], System.Text.Encoding.Latin1) : "";
    public override IReadOnlyList<string> Taken => [.. Arrival().Matches(Log).Select(static m => m.Groups[1].Value)];

    /// <summary>Postfix tries at once: this waits until each message was tried.</summary>
    public override void DeliverAll() => Wait.Until(() => Attempt().Matches(Log).Select(static m => m.Groups[1].Value).Distinct().Count() >= Taken.Count, () => $"Postfix to deliver\n{Log}", 60);

    [GeneratedRegex(@"qmgr\[\d+\]: \w+: from=<(\S+@\S+)>, size=")] private static partial Regex Arrival();
    [GeneratedRegex(@"(?:smtp|discard|error)\[\d+\]: (\w+): to=<.*status=")] private static partial Regex Attempt();
}
