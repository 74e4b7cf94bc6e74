using ScriptMta.Cli;
using ScriptMta.Hosting;

namespace ScriptMta.Tests.Cli;

/// <summary>-bP of a configuration with every driver, here and in Debian's Exim: lines and status.</summary>
public sealed class PrintTests : IDisposable
{
    const string Configuration = """
        keep_environment =
        log_file_path = DIR/%slog
        primary_hostname = mx.test
        A = b
        hide mysql_servers = h/d/u/secret
        domainlist   loc = a  :  b
        hide hostlist loc = 192.0.2.1
        acl_smtp_rcpt = chk
        smtp_banner = "a   b"
        begin acl
        chk:
          accept   hosts = 192.0.2.1
            message = x  y
          deny
        begin routers
        acc:
          driver = accept
          transport = t_app
          check_local_user
        dns:
          driver = dnslookup
          transport = t_smtp
          domains = ! +loc
          ignore_target_hosts = 0.0.0.0 : 127.0.0.0/8
          no_more
        lit:
          driver = ipliteral
          transport = t_smtp
        look:
          driver = iplookup
          hosts = 127.0.0.1
          port = 10
        man:
          driver = manualroute
          route_list = * a.b byname
          transport = t_smtp
        qp:
          driver = queryprogram
          command = /bin/x
          command_user = root
        red:
          driver = redirect
          data = ${lookup{$local_part}lsearch{/etc/aliases}}
          user = root
          file_transport = t_app
          allow_fail
          modemask = 002
          owners = root : mail
          hide headers_add = X: y
        fwd:
          driver = redirect
          file = $home/.forward
          check_local_user
          modemask = 002
        begin transports
        t_app:
          driver = appendfile
          file = /var/mail/$local_part_data
          group = mail
          mode = 0660
          delivery_date_add
          user = 8
        t_auto:
          driver = autoreply
        t_lmtp:
          driver = lmtp
          socket = /run/x
        t_pipe:
          driver = pipe
          command = /bin/cat
          timeout = 2h30m
          temp_errors = *
        t_smtp:
          driver = smtp
          hosts = a : b
          port = 2525
          hide helo_data = foo
        begin retry
        *   *   F,2h,15m; G,16h,1h,1.5; F,4d,6h
        begin authenticators
        p:
          driver = plaintext
          public_name = LOGIN
          hide server_condition = yes
          server_prompts = a : b
        c:
          driver = cram_md5
          public_name = CRAM-MD5
          server_secret = x
        """;

    /// <summary>Options that Debian's build of 4.96 does not have, one whose default is not Exim's (its reason is in the README), what depends on where a program is installed, and a helper option that Exim shows by accident.</summary>
    static readonly string[] Elsewhere =
    [
        "acl_smtp_atrn", "acl_smtp_wellknown", "daemon_modules_load", "no_dcc_direct_add_header", "dccifd_address", "dccifd_options", "no_disable_fsync", "dmarc_forensic_sender", "dmarc_history_file",
        "dmarc_tld_file", "hosts_xclient", "limits_advertise_hosts", "log_ports", "oracle_servers", "no_panic_coredump", "redis_servers", "tls_early_banner_hosts", "wellknown_advertise_hosts",
        "translate_ip_address", "sieve_inbox", "no_use_classresources", "arc_sign", "*expand_maildir_use_size_file", "local_scan_path",
        "smtp_accept_queue_per_connection", "exim_group", "exim_path", "exim_user", "pid_file_path", "process_log_path", "spool_directory", "notifier_socket", "log_file_path",
        "daemon_lmtp_ports", "destination_backoff", "destination_limits", "dns_servers", "double_bounce_to", "js_body_limit", "js_files", "js_statement_limit", "js_time_limit", "log_format", "message_linelength_action", "mta_sts", "mta_sts_ca_file", "mta_sts_server", "perl_program", "perl_time_limit", "requiretls_advertise_hosts", "saslauthd_socket", "syslog_socket", "tlsrpt_from", "tlsrpt_organization",
    ];

    readonly Hosting.Site _site = new();

    [Theory]
    [InlineData("")]
    [InlineData("all")]
    [InlineData("routers")]
    [InlineData("transports")]
    [InlineData("authenticators")]
    [InlineData("router acc router dns router lit router look router man router qp router red router fwd")]
    [InlineData("transport t_app transport t_auto transport t_lmtp transport t_pipe transport t_smtp")]
    [InlineData("authenticator p authenticator c")]
    [InlineData("router_list transport_list authenticator_list")]
    [InlineData("config")]
    [InlineData("config_file configure_file")]
    [InlineData("environment")]
    [InlineData("macro A")]
    [InlineData("macro B")]
    [InlineData("+loc +nix")]
    [InlineData("mysql_servers smtp_banner acl_smtp_rcpt")]
    [InlineData("local_scan")]
    [InlineData("nix")]
    [InlineData("router nix")]
    [InlineData("router")]
    [InlineData("nix qualify_domain")]
    [InlineData("qualify_domain nix")]
    [InlineData("router_list nix router acc")]
    [InlineData("router nix qualify_domain")]
    [InlineData("retry rewrite acl")]
    public void It_prints_what_Exim_prints(string words) => Compare(words, valuesOnly: false);

    [Theory]
    [InlineData("router_list qualify_domain smtp_banner")]
    [InlineData("+loc")]
    [InlineData("macro A")]
    [InlineData("transport t_auto")]
    [InlineData("config")]
    public void Without_names_too(string words) => Compare(words, valuesOnly: true);

    [Fact]
    public void Macros_are_those_of_the_program_then_those_of_the_file()
    {
        var printed = PrintCommand.Answer(Load(), ["macros"], valuesOnly: false, seesHidden: true).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("A=b", printed[^1]);
        Assert.Equal(ProductMacros.All.Count + 1, printed.Length);
        Assert.Contains("_HAVE_IPV6=y", printed);
    }

    /// <summary>Exim shows lists that are hidden to nobody.</summary>
    [Fact]
    public void What_is_hidden_is_shown_to_administrators_only()
    {
        string[] words = ["mysql_servers", "+loc", "transport", "t_smtp", "authenticator", "p", "config"];
        var (all, some) = (PrintCommand.Answer(Load(), words, valuesOnly: false, seesHidden: true).Output, PrintCommand.Answer(Load(), words, valuesOnly: false, seesHidden: false).Output);
        string[] secrets = ["mysql_servers = h/d/u/secret", "helo_data = foo", "server_condition = yes", "    hide helo_data = foo", "    hide server_condition = yes"];
        Assert.All(secrets, secret => Assert.Contains($"\n{secret}\n", "\n" + all, StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, some, StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.Contains($"\n{secret.Split(" = ")[0]} = <value not displayable>\n", "\n" + some, StringComparison.Ordinal));
        Assert.Contains("\nA = <value not displayable>\n", some, StringComparison.Ordinal);
        Assert.Equal("permission denied", Assert.Throws<CommandException>(() => PrintCommand.Answer(Load(), ["macro", "A"], valuesOnly: false, seesHidden: false)).Message);
        Assert.Equal("domainlist loc = a  :  b\nhostlist loc = <value not displayable>\n", PrintCommand.Answer(Load(), ["+loc"], valuesOnly: false, seesHidden: true).Output);
    }

    public void Dispose() => _site.Dispose();

    void Compare(string words, bool valuesOnly)
    {
        var asked = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var loaded = Load();
        File.SetUnixFileMode(_site.Folder, (UnixFileMode)0x1ff);
        var (theirs, _, theirStatus) = Oracle.Run([.. valuesOnly ? (string[])["-n"] : [], "-C", _site.ConfigurationFile, "-bP", .. asked]);
        var (ours, status) = PrintCommand.Answer(loaded, asked, valuesOnly, seesHidden: true);
        Assert.Equal(Comparable(theirs), Comparable(ours));
        Assert.Equal(theirStatus, status);
    }

    LoadedConfiguration Load()
    {
        var loaded = _site.Load(Configuration);
        Assert.True(loaded is not null, string.Join('\n', _site.Said()));
        return loaded;
    }

    static IEnumerable<string> Comparable(string output) => output.Split('\n').Where(line => !Elsewhere.Contains(line.Split(' ')[0]));
}
