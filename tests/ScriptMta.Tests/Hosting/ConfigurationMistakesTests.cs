namespace ScriptMta.Tests.Hosting;

/// <summary>What people get wrong, and what they are told: what, where, what to do; word for word.</summary>
public sealed class ConfigurationMistakesTests
{
    [Theory]
    [InlineData("qualify_domian = a.b",
        "site.conf:3:1: main section: unknown option \"qualify_domian\" (did you mean \"qualify_domain\"?)")]
    [InlineData("recipients_max = lots", "site.conf:3:18: main section: integer expected for recipients_max")]
    [InlineData("recipients_max = 10 # enough",
        "site.conf:3:18: main section: extra characters follow integer value for recipients_max (# is comment only at line start)")]
    [InlineData("smtp_receive_timeout = 5", "site.conf:3:24: main section: invalid time value for smtp_receive_timeout")]
    [InlineData("message_size_limit = big", "site.conf:3:22: main section: message_size_limit: \"big\" is not a number")]
    [InlineData("split_spool_directory = maybe",
        "site.conf:3:25: main section: \"maybe\" is not a valid value for the \"split_spool_directory\" option")]
    [InlineData("no_primary_hostname", "site.conf:2:1: main section: negation prefix applied to a non-boolean option")]
    [InlineData("primary_hostname", "site.conf:2:1: main section: unexpected end of line (data missing) after primary_hostname")]
    [InlineData("qualify_domain = a.b\nqualify_domain = c.d",
        "site.conf:4:1: main section: \"qualify_domain\" option set for the second time (first at site.conf:3:1)")]
    [InlineData("never_users = root:nobodyhere", "site.conf:3:15: main section: user nobodyhere was not found")]
    [InlineData("acl_smtp_rcpt = check_rcpt", "site.conf:3:17: there is no ACL called \"check_rcpt\"")]
    [InlineData("log_selector = +recieved_sender", "site.conf:3:16: unknown log_selector setting: +recieved_sender")]
    [InlineData("acl_smtp_dkim = accept", "site.conf:3:1: main section: option \"acl_smtp_dkim\" is known but not built yet: a message that it would refuse would be accepted")]
    [InlineData("perl_at_start\nperl_startup = exit 3", "site.conf:4:16: main section: perl_startup: error in perl_startup code: the Perl process ended with status 3")]
    [InlineData("perl_startup = 1\nperl_program = /nowhere/perl",
        "site.conf:4:16: main section: perl_program: there is no Perl interpreter at /nowhere/perl: install one (Debian's package perl), or name it with perl_program")]
    [InlineData("perl_startup = 1\nperl_time_limit = 0s", "site.conf:4:19: main section: perl_time_limit: must be longer than 0s")]
    [InlineData("disable_fsync = true",
        "site.conf:3:1: main section: option \"disable_fsync\" is not supported: a message that was accepted is always on stable storage; remove the line")]
    [InlineData("smtp_banner = ${if eq{a}{b}{c}",
        "site.conf:3:15: main section: smtp_banner: syntax error in \"if\" item - \"fail\" expected")]
    [InlineData("smtp_banner = $smtp_actve_hostname",
        "site.conf:3:15: main section: smtp_banner: unknown variable name \"smtp_actve_hostname\"")]
    [InlineData("host_lookup = ${lookup{x}lserach{/etc/x}}", "site.conf:3:15: main section: host_lookup: unknown lookup type \"lserach\"")]
    [InlineData("dns_servers = nowhere",
        "site.conf:3:15: dns_servers: \"nowhere\" is not an address, address:port or [address]:port of a name server")]
    [InlineData("js_files = /nowhere/hooks.js", "site.conf:3:12: js_files: cannot read /nowhere/hooks.js: no such file")]
    [InlineData(".ifdef X\nqueue_only", "site.conf:3:1: Unexpected end of configuration file: .endif missing")]
    [InlineData(".include /nowhere/x.conf", "site.conf:3:1: failed to open included configuration file /nowhere/x.conf")]
    [InlineData("begin router", "site.conf:3:7: \"router\" is not a known configuration section name (did you mean \"routers\"?)")]
    [InlineData("begin acl\na:\n  permit",
        "site.conf:5:3: ACL \"a\": expected a verb (accept, defer, deny, discard, drop, require, warn), found \"permit\"")]
    [InlineData("begin acl\na:\n  deny hots = *",
        "site.conf:5:8: ACL \"a\": unknown condition or modifier in \"hots = *\" (did you mean \"hosts\"?)")]
    [InlineData("begin acl\na:\n  warn\n  acept",
        "site.conf:6:3: ACL \"a\": unknown condition or modifier in \"acept\" (did you mean \"accept\"?)")]
    [InlineData("begin acl\na:\n  deny !message = no", "site.conf:5:8: ACL \"a\": negation is not allowed with the modifier \"message\"")]
    [InlineData("begin acl\na:\n  deny hosts *", "site.conf:5:14: ACL \"a\": \"=\" missing after condition \"hosts\"")]
    [InlineData("begin acl\na:\n  deny dcc = *", "site.conf:5:8: ACL \"a\": condition \"dcc\" is not built: use \"spam\" with spamd or rspamd, which ask DCC themselves")]
    [InlineData("begin acl\na:\n  accept acl = b", "site.conf:5:10: there is no ACL called \"b\" (did you mean \"a\"?)")]
    [InlineData("begin routers\nr:\n  transport = t", "site.conf:4:1: router \"r\": no driver defined")]
    [InlineData("begin routers\nr:\n  driver = dnslokup",
        "site.conf:5:12: router \"r\": cannot find router driver \"dnslokup\" (did you mean \"dnslookup\"?)")]
    [InlineData("begin routers\nr:\n  file = /x\n  driver = redirect",
        "site.conf:5:3: router \"r\": option \"file\" unknown (\"driver\" must be specified before any private options)")]
    [InlineData("begin routers\nr:\n  driver = accept", "site.conf:4:1: router \"r\": a transport is required for this router")]
    [InlineData("begin routers\nr:\n  driver = redirect\n  data = x\n  user = nobodyhere",
        "site.conf:7:10: router \"r\": user nobodyhere was not found")]
    [InlineData("begin transports\nt:\n  driver = appendfile\n  file = /a\n  directory = /b",
        "site.conf:7:15: transport \"t\": directory: only one of \"file\" or \"directory\" can be specified")]
    [InlineData("begin authenticators\na:\n  driver = plaintxt", "site.conf:5:12: authenticator \"a\": cannot find authenticator driver \"plaintxt\" (did you mean \"plaintext\"?)")]
    [InlineData("begin authenticators\na:\n  driver = plaintext\n  nonsense = x", "site.conf:6:3: authenticator \"a\": unknown option \"nonsense\"")]
    [InlineData("begin retry\n* * F,2x,15m", "site.conf:4:5: retry rule: bad parameters for retry rule: bad cutoff time \"2x\"")]
    public void What_is_wrong_is_said(string text, string said)
    {
        using var site = new Site();
        Assert.Null(site.Load((text.Contains("primary_hostname", StringComparison.Ordinal) ? "" : "primary_hostname = mx.test.org\n") + "spool_directory = DIR/spool\n" + text + "\n"));
        Assert.Equal(said, string.Join("\n", site.Said()));
    }

    [Theory]
    [InlineData("exim_user = mail",
        "site.conf:4:1: warning: main section: option \"exim_user\" is known but has no effect yet: the daemon keeps the user that it was started as")]
    [InlineData("keep_malformed = 4d", "site.conf:4:1: warning: main section: option \"keep_malformed\" is known but has no effect yet")]
    [InlineData("tls_dhparam = /etc/ssl/x.pem", "site.conf:4:1: warning: main section: option \"tls_dhparam\" is known but has no effect yet: key exchange is by elliptic curves")]
    [InlineData("begin transports\nt:\n  driver = smtp\n  hosts_require_ocsp = *",
        "site.conf:7:24: warning: transport \"t\": hosts_require_ocsp: no certificate status can be asked for here, so TLS with these hosts fails: mail for them goes in clear, or waits where hosts_require_tls has them, too")]
    [InlineData("begin routers\nr:\n  driver = iplookup",
        "site.conf:6:12: warning: router \"r\": driver \"iplookup\" is known but not built yet; until then this router defers all that comes to it")]
    [InlineData("begin transports\nt:\n  driver = appendfile\n  file = /x\n  mbx_format",
        "site.conf:8:3: warning: transport \"t\": option \"mbx_format\" is known but not built yet; until then this transport defers all that comes to it")]
    [InlineData("begin authenticators\na:\n  driver = spa\n  client_username = x", "site.conf:7:3: warning: authenticator \"a\": option \"client_username\" is known but has no effect yet: NTLM is not spoken: its client is left out, as if no server had the mechanism")]
    [InlineData("begin routers\nr:\n  driver = manualroute\n  route_list = * localhost\n  same_domain_copy_routing\n  transport = t\nbegin transports\nt:\n  driver = smtp",
        "site.conf:8:3: warning: router \"r\": option \"same_domain_copy_routing\" is known but has no effect yet")]
    public void What_has_no_effect_is_a_warning(string text, string said)
    {
        using var site = new Site();
        Assert.NotNull(site.Load(Site.Basics + text + "\n"));
        Assert.Equal(said, string.Join("\n", site.Said()));
    }
}
