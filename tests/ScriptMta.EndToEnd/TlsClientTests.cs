namespace ScriptMta.EndToEnd;

/// <summary>TLS as real clients speak it: swaks, openssl s_client, curl and Python's smtplib, with certificates that openssl made.</summary>
public sealed class TlsClientTests : IDisposable
{
    readonly TestSite _site;

    public TlsClientTests()
    {
        var folder = new TemporaryFolder();
        Certificates = folder;
        OpenSsl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test Authority");
        foreach (var name in (string[])["mail.example.com", "other.example.com", "client.example"]) Make(name);
        _site = new(main: """
            tls_certificate = DIRECTORY/${if eq{$tls_in_sni}{other.example.com}{other}{mail}}.example.com.pem
            tls_privatekey = DIRECTORY/${if eq{$tls_in_sni}{other.example.com}{other}{mail}}.example.com.key
            tls_verify_certificates = DIRECTORY/ca.pem
            tls_try_verify_hosts = *
            log_selector = +tls_sni +tls_peerdn +smtp_no_mail
            """.Replace("DIRECTORY", folder.Path, StringComparison.Ordinal), acl: "require message = no encryption\n          encrypted = *\n  accept");
    }

    TemporaryFolder Certificates { get; }

    RunningDaemon Start(bool onConnect) => RunningDaemon.Start(_site.ConfigFile, onConnect ? ["--tls-on-connect"] : []);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Swaks_delivers_and_shows_its_certificate(bool onConnect)
    {
        using var daemon = Start(onConnect);
        var result = Binary.Run(["--server", $"127.0.0.1:{daemon.Port}", "--from", "carol@customer.example", "--to", "alice@example.com", "--header", "Subject: by swaks", "--helo", "client.example",
            onConnect ? "--tls-on-connect" : "--tls", "--tls-cert", Certificates["client.example.pem"], "--tls-key", Certificates["client.example.key"]], program: "/usr/bin/swaks");
        Assert.True(result.Status == 0, result.ToString());
        Assert.Contains("with esmtps  (TLS1.3) tls TLS_AES_256_GCM_SHA384", _site.WaitForMail("alice", "Subject: by swaks"), StringComparison.Ordinal);
        Assert.Contains(" P=esmtps X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes DN=\"CN=client.example\"", _site.MainLog, StringComparison.Ordinal);
    }

    [Fact]
    public void Swaks_without_TLS_is_refused_by_the_rule()
    {
        using var daemon = Start(onConnect: false);
        var result = Binary.Run(["--server", $"127.0.0.1:{daemon.Port}", "--from", "carol@customer.example", "--to", "alice@example.com"], program: "/usr/bin/swaks");
        Assert.Contains("550 5.7.1 no encryption", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Curl_and_smtplib_check_the_certificate_and_deliver()
    {
        var message = Certificates.Write("message", "Subject: by curl\r\n\r\nhello\r\n");
        using (var secured = Start(onConnect: true))
        {
            var curl = Binary.Run(["-sS", "--url", $"smtps://mail.example.com:{secured.Port}/client.example", "--resolve", $"mail.example.com:{secured.Port}:127.0.0.1", "--cacert", Certificates["ca.pem"],
                "--mail-from", "carol@customer.example", "--mail-rcpt", "alice@example.com", "--upload-file", message], program: "/usr/bin/curl");
            Assert.True(curl.Status == 0, curl.ToString());
            _site.WaitForMail("alice", "Subject: by curl");
        }
        using var plain = Start(onConnect: false);
        var python = Binary.Run(["-"], $"""
            import smtplib, ssl
            context = ssl.create_default_context(cafile='{Certificates["ca.pem"]}')
            s = smtplib.SMTP('127.0.0.1', {plain.Port})
            s._host = 'mail.example.com'
            s.starttls(context=context)
            s.sendmail('carol@customer.example', ['alice@example.com'], 'Subject: by smtplib\n\nhello\n')
            s.quit()
            """, program: "/usr/bin/python3");
        Assert.True(python.Status == 0, python.ToString());
        _site.WaitForMail("alice", "Subject: by smtplib");
        Assert.Contains(" SNI=mail.example.com", _site.MainLog, StringComparison.Ordinal);
    }

    [Fact]
    public void S_client_gets_the_certificate_of_the_name_and_its_protocol()
    {
        using var daemon = Start(onConnect: false);
        foreach (var name in (string[])["mail.example.com", "other.example.com"])
        {
            var result = Client(daemon.Port, "-starttls", "smtp", "-servername", name, "-alpn", "smtp", "-CAfile", Certificates["ca.pem"], "-verify_return_error");
            Assert.Contains($"subject=CN = {name}", result.Output, StringComparison.Ordinal);
            Assert.Contains("Verify return code: 0 (ok)", result.Output, StringComparison.Ordinal);
            Assert.Contains("ALPN protocol: smtp", result.Output, StringComparison.Ordinal);
        }
        Assert.Contains("no application protocol", Client(daemon.Port, "-starttls", "smtp", "-alpn", "h2").Error, StringComparison.Ordinal);
        Assert.Contains("protocol version", Client(daemon.Port, "-starttls", "smtp", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renewed_certificate_is_served_without_a_reload()
    {
        using var daemon = Start(onConnect: true);
        var before = Client(daemon.Port, "-servername", "mail.example.com").Output;
        Make("mail.example.com");
        var after = Client(daemon.Port, "-servername", "mail.example.com").Output;
        Assert.NotEqual(Pem(before), Pem(after));
        File.WriteAllText(Certificates["mail.example.com.pem"], "broken\n");
        Assert.DoesNotContain("BEGIN CERTIFICATE", Client(daemon.Port, "-servername", "mail.example.com").Output, StringComparison.Ordinal);
        Assert.Contains("mail.example.com.key): Base64 decoding error.", _site.MainLog, StringComparison.Ordinal);
        Make("mail.example.com");
        Assert.Contains("BEGIN CERTIFICATE", Client(daemon.Port, "-servername", "mail.example.com").Output, StringComparison.Ordinal);

        static string Pem(string output) => output[output.IndexOf("-----BEGIN", StringComparison.Ordinal)..output.IndexOf("-----END", StringComparison.Ordinal)];
    }

    void Make(string name)
    {
        OpenSsl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", $"{name}.key", "-out", $"{name}.csr", "-subj", $"/CN={name}");
        Certificates.Write($"{name}.ext", $"subjectAltName = DNS:{name}\n");
        OpenSsl("x509", "-req", "-in", $"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", $"{name}.pem", "-days", "20", "-extfile", $"{name}.ext");
    }

    void OpenSsl(params string[] arguments)
    {
        var result = Binary.Run(arguments, program: "/usr/bin/openssl", folder: Certificates.Path);
        Assert.True(result.Status == 0, result.ToString());
    }

    /// <summary>Shakes hands, says QUIT and shows what was agreed on.</summary>
    static CommandResult Client(int port, params string[] arguments) => Binary.Run(["s_client", "-connect", $"127.0.0.1:{port}", .. arguments], "QUIT\r\n", program: "/usr/bin/openssl");

    public void Dispose()
    {
        _site.Dispose();
        Certificates.Dispose();
    }
}

/// <summary>Sessions that go on, which exclude asking for client certificates.</summary>
public sealed class TlsResumptionTests
{
    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public void S_client_goes_on_with_a_session_where_that_is_allowed(string version)
    {
        using var site = new TestSite(main: "tls_resumption_hosts = *\nlog_selector = +tls_resumption +smtp_no_mail");
        using var daemon = RunningDaemon.Start(site.ConfigFile, "--tls-on-connect");
        var session = site.Folder["session"];
        // The ticket of TLS 1.3 comes after the handshake: the client must wait for our farewell.
        Run("-sess_out", session);
        Assert.Contains("Reused, ", Run("-sess_in", session), StringComparison.Ordinal);
        Wait.Until(() => site.MainLog.Contains(":256* CV=no", StringComparison.Ordinal), () => "a resumed session in the log\n" + site.MainLog);

        string Run(string option, string file) =>
            Binary.Run(["s_client", "-connect", $"127.0.0.1:{daemon.Port}", version, "-ign_eof", option, file], "QUIT\r\n", program: "/usr/bin/openssl").Output;
    }

    [Fact]
    public void No_session_is_resumed_where_nobody_may()
    {
        using var site = new TestSite();
        using var daemon = RunningDaemon.Start(site.ConfigFile, "--tls-on-connect");
        var output = Binary.Run(["s_client", "-connect", $"127.0.0.1:{daemon.Port}", "-tls1_2", "-reconnect"], "QUIT\r\n", program: "/usr/bin/openssl").Output;
        Assert.Contains("New, TLSv1.2", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Reused, ", output, StringComparison.Ordinal);
    }
}
