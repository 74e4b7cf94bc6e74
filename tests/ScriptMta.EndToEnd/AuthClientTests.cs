using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>Real clients log in to the built binary, by mechanisms of our own and by a real Dovecot; what fails is found by fail2ban.</summary>
public sealed class AuthClientTests
{
    const string Own = """
        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_prompts = :
          server_condition = ${if and{{eq{$auth2}{user}}{eq{$auth3}{pencil}}}}
          server_set_id = $auth2
        login:
          driver = plaintext
          public_name = LOGIN
          server_prompts = Username:: : Password::
          server_condition = ${if and{{eq{$auth1}{user}}{eq{$auth2}{pencil}}}}
          server_set_id = $auth1
        cram:
          driver = cram_md5
          public_name = CRAM-MD5
          server_secret = ${if eq{$auth1}{user}{pencil}fail}
          server_set_id = $auth1
        """;

    static TestSite Site(string authenticators) => new(main: "auth_advertise_hosts = *\n", retry: "*  *  F,1h,1m\n" + authenticators, acl: "accept authenticated = *");

    static CommandResult Swaks(RunningDaemon daemon, string mechanism, string password, params string[] more) =>
        Binary.Run(["--server", $"127.0.0.1:{daemon.Port}", "--from", "carol@customer.example", "--to", "alice@example.com", "--auth", mechanism, "--auth-user", "user", "--auth-password", password,
            "--helo", "swaks.example", "--header", $"Subject: by {mechanism}", .. more], program: "/usr/bin/swaks");

    static void Check(TestSite site, params string[] mechanisms)
    {
        using var daemon = site.StartDaemon();
        foreach (var mechanism in mechanisms)
        {
            var right = Swaks(daemon, mechanism, "pencil");
            Assert.True(right.Status == 0, right.ToString());
            Assert.Contains("235 2.7.0 Authentication succeeded", right.Output, StringComparison.Ordinal);
            Assert.Contains("with esmtpa", site.WaitForMail("alice", $"Subject: by {mechanism}"), StringComparison.Ordinal);
            Assert.Contains("535 5.7.8 Incorrect authentication data", Swaks(daemon, mechanism, "wrong").Output, StringComparison.Ordinal);
        }
        Assert.Contains(" P=esmtpa A=plain:user ", site.MainLog, StringComparison.Ordinal);
        Assert.DoesNotContain("pencil", site.MainLog, StringComparison.Ordinal);
        var found = Binary.Run([site.Folder["log/mainlog"], "/etc/fail2ban/filter.d/exim.conf"], program: "/usr/bin/fail2ban-regex").Output;
        Assert.Contains($"Failregex: {mechanisms.Length} total", found, StringComparison.Ordinal);
    }

    [Fact]
    public void Swaks_logs_in_by_each_mechanism_that_it_has_and_fail2ban_finds_the_failures()
    {
        using var site = Site(Own);
        Check(site, "PLAIN", "LOGIN", "CRAM-MD5");
    }

    [Fact]
    public void Curl_and_Python_log_in()
    {
        using var site = Site(Own);
        using var daemon = site.StartDaemon();
        var message = site.Folder.Write("message", "Subject: by curl\r\n\r\nx\r\n");
        string[] Curl(string password) => ["-sS", "--url", $"smtp://127.0.0.1:{daemon.Port}", "--user", "user:" + password, "--mail-from", "a@b.example", "--mail-rcpt", "alice@example.com", "-T", message];
        Assert.Equal(0, Binary.Run(Curl("pencil"), program: "/usr/bin/curl").Status);
        Assert.Equal(67, Binary.Run(Curl("wrong"), program: "/usr/bin/curl").Status); // CURLE_LOGIN_DENIED
        site.WaitForMail("alice", "Subject: by curl");
        var python = $"import smtplib; s = smtplib.SMTP('127.0.0.1', {daemon.Port}); print(s.login('user', 'pencil')[0]); s.sendmail('a@b.example', ['alice@example.com'], 'Subject: by Python\\n\\nx\\n'); s.quit()";
        var result = Binary.Run(["-c", python], program: "/usr/bin/python3");
        Assert.True(result.Status == 0 && result.Output.StartsWith("235", StringComparison.Ordinal), result.ToString());
        site.WaitForMail("alice", "Subject: by Python");
    }

    const string Scrams = """
        begin authenticators
        scram1:
          driver = gsasl
          public_name = SCRAM-SHA-1
          server_password = ${if eq{$auth1}{user}{pencil}fail}
          server_set_id = $auth1
        scram256:
          driver = gsasl
          public_name = SCRAM-SHA-256
          server_password = ${if eq{$auth1}{user}{pencil}fail}
          server_set_id = $auth1
        """;

    static CommandResult Gsasl(RunningDaemon daemon, string mechanism, string password) =>
        Binary.Run(["--client", "--smtp", "--no-starttls", $"--connect=127.0.0.1:{daemon.Port}", "--mechanism=" + mechanism, "--authentication-id=user", "--password=" + password, "--verbose"], program: "/usr/bin/gsasl");

    /// <summary>Without TLS: this client says STARTTLS before EHLO, which is refused, and waits.</summary>
    [Fact]
    public void GNU_SASL_logs_in_by_SCRAM_and_believes_the_server()
    {
        using var site = Site(Scrams);
        using var daemon = site.StartDaemon();
        foreach (var mechanism in (string[])["SCRAM-SHA-1", "SCRAM-SHA-256"])
        {
            var right = Gsasl(daemon, mechanism, "pencil");
            Assert.True(right.Status == 0, right.ToString());
            Assert.Contains("235 2.7.0 Authentication succeeded", right.Output, StringComparison.Ordinal);
            var wrong = Gsasl(daemon, mechanism, "wrong");
            Assert.NotEqual(0, wrong.Status);
            Assert.Contains("535 5.7.8 Incorrect authentication data", wrong.Output, StringComparison.Ordinal);
        }
        Assert.Contains("scram256 authenticator failed for ", site.MainLog, StringComparison.Ordinal);
        Assert.Contains(": 535 Incorrect authentication data (set_id=user)", site.MainLog, StringComparison.Ordinal);
        Assert.DoesNotContain("pencil", site.MainLog, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("login", "login")]
    [InlineData("cram-md5", "cram")]
    public void S_nail_logs_in_and_sends(string mechanism, string authenticator)
    {
        using var site = Site(Own);
        using var daemon = site.StartDaemon();
        CommandResult Nail(string password) => Binary.Run(["-n", "-S", "v15-compat", "-S", $"mta=smtp://user:{password}@127.0.0.1:{daemon.Port}", "-S", "smtp-auth=" + mechanism, "-S", "hostname=client.example",
            "-S", "from=carol@customer.example", "-s", "by s-nail", "alice@example.com"], "Hello Alice\n", program: "/usr/bin/s-nail", environment: new Dictionary<string, string> { ["HOME"] = site.Folder.Path });
        var right = Nail("pencil");
        Assert.True(right.Status == 0, right.ToString());
        Assert.Contains("with esmtpa", site.WaitForMail("alice", "Subject: by s-nail"), StringComparison.Ordinal);
        Wait.Until(() => site.MainLog.Contains($" P=esmtpa A={authenticator}:user ", StringComparison.Ordinal), "the log to tell of it");
        Assert.NotEqual(0, Nail("wrong").Status);
        Assert.Contains($"{authenticator} authenticator failed for ", site.MainLog, StringComparison.Ordinal);
    }

    [Fact]
    public void Swaks_logs_in_over_STARTTLS_where_passwords_are_asked_for_under_TLS_only()
    {
        using var site = new TestSite(main: "tls_advertise_hosts = *\nauth_advertise_hosts = ${if def:tls_in_cipher{*}}\n", retry: "*  *  F,1h,1m\n" + Own, acl: "accept authenticated = *");
        using var daemon = site.StartDaemon();
        var plain = Swaks(daemon, "PLAIN", "pencil");
        Assert.NotEqual(0, plain.Status);
        Assert.DoesNotContain("AUTH PLAIN", plain.Output, StringComparison.Ordinal);
        var right = Swaks(daemon, "PLAIN", "pencil", "--tls");
        Assert.True(right.Status == 0, right.ToString());
        Assert.Contains("with esmtpsa", site.WaitForMail("alice", "Subject: by PLAIN"), StringComparison.Ordinal);
        Wait.Until(() => Regex.IsMatch(site.MainLog, " P=esmtpsa X=TLS1[.]3:.* A=plain:user "), "the log to tell of it");
        Assert.Contains("535 5.7.8 Incorrect authentication data", Swaks(daemon, "PLAIN", "wrong", "--tls").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_Dovecot_decides()
    {
        using var folder = new TemporaryFolder();
        var configuration = folder.Write("dovecot.conf", $$"""
            base_dir = {{folder["run"]}}
            log_path = {{folder["dovecot.log"]}}
            protocols =
            ssl = no
            auth_mechanisms = plain login cram-md5
            disable_plaintext_auth = no
            auth_failure_delay = 0
            default_internal_user = root
            default_login_user = nobody
            passdb {
              driver = passwd-file
              args = scheme=PLAIN {{folder["users"]}}
            }
            service auth {
              user = root
              unix_listener {{folder["auth"]}} {
                mode = 0666
              }
            }
            """);
        folder.Write("users", "user:{PLAIN}pencil::::::\n");
        var start = new ProcessStartInfo("/usr/sbin/dovecot") { RedirectStandardError = true };
        foreach (var argument in (string[])["-F", "-c", configuration]) start.ArgumentList.Add(argument);
        using var dovecot = Process.Start(start)!;
        try
        {
            Wait.Until(() => File.Exists(folder["auth"]) || dovecot.HasExited, "Dovecot to listen", 30);
            Assert.False(dovecot.HasExited, "Dovecot ended at start");
            string Authenticator(string name, string mechanism) => $"{name}:\n  driver = dovecot\n  public_name = {mechanism}\n  server_socket = {folder["auth"]}\n  server_set_id = $auth1\n";
            using var site = Site("begin authenticators\n" + Authenticator("plain", "PLAIN") + Authenticator("login", "LOGIN") + Authenticator("cram", "CRAM-MD5"));
            Check(site, "PLAIN", "LOGIN", "CRAM-MD5");
        }
        finally
        {
            dovecot.Kill(entireProcessTree: true);
            dovecot.WaitForExit();
        }
    }
}
