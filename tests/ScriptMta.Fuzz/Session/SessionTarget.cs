using System.Net;
using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Network;
using ScriptMta.Reception;

namespace ScriptMta.Fuzz;

/// <summary>A whole session, begun in one of the places where one can be, gets the input; then the replies and what was taken are looked at.</summary>
static class SessionTarget
{
    public const string Words = "\r~ ~ \r \r~.\r~ ~.~ ~.\r~ \r~.~ \r.\r \r~.\r \0 . .. EHLO_ HELO_ client.example MAIL_FROM: RCPT_TO: <a@b.example> <> <c@ok.example> <c@no.example> <x@refused.example> DATA\r~ BDAT_ BDAT_10\r~ BDAT_0_LAST\r~ _LAST BDAT_99999999999999999999 "
        + "RSET\r~ NOOP\r~ QUIT\r~ VRFY_ EXPN_ ETRN_ HELP\r~ STARTTLS\r~ AUTH_PLAIN_ AUTH_LOGIN\r~ AUTH_CRAM-MD5\r~ AUTH_SCRAM-SHA-256_ AGEAYg== AHVzZXIAc2VjcmV0 dXNlcg==\r~ c2VjcmV0\r~ biwsbj11c2VyLHI9eA==\r~ =\r~ *\r~ <c@known.example> XCLIENT_ADDR=192.0.2.9 SIZE= BODY=8BITMIME BODY=BINARYMIME SMTPUTF8 AUTH=<> RET=FULL ENVID=x+2B NOTIFY=NEVER,DELAY ORCPT=rfc822;x PRDR REQUIRETLS "
        + "Subject:_x\r~ X-Refuse:_yes\r~ Received:_x\r~ : _ @ < > \" \\ ( ) [192.0.2.1] [IPv6:::1] @a,@b: % ! \u00e9 \u00ff \u0016\u0003\u0001 PROXY_TCP4_1.2.3.4_5.6.7.8_1_2\r~ GET_/_HTTP/1.1\r~";

    const string Configuration = """
        primary_hostname = mail.test.example
        qualify_domain = test.example
        spool_directory = DIRECTORY/spool
        log_file_path = DIRECTORY/log/%slog
        acl_smtp_mail = mail
        acl_smtp_rcpt = rcpt
        acl_smtp_data = data
        acl_smtp_vrfy = accept
        smtp_enforce_sync = false
        prdr_enable
        dsn_advertise_hosts = *
        tls_advertise_hosts = *
        auth_advertise_hosts = *
        message_size_limit = 20K
        smtp_max_synprot_errors = 20
        smtp_max_unknown_commands = 20
        begin acl
        mail:
          deny senders = *@refused.example
          accept
        rcpt:
          accept authenticated = *
                 set acl_m_id = $authenticated_id
                 domains = ok.example : known.example
          accept domains = ok.example
          deny
        data:
          deny condition = ${if def:h_x-refuse:}
          accept
        begin routers
        all:
          driver = redirect
          data = :fail: not here
        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_condition = ${if and{{eq{$auth2}{user}}{eq{$auth3}{secret}}}}
          server_set_id = $auth2
        login:
          driver = plaintext
          public_name = LOGIN
          server_prompts = <| Username: | Password:
          server_condition = ${if and{{eq{$auth1}{user}}{eq{$auth2}{secret}}}}
          server_set_id = $auth1
        cram:
          driver = cram_md5
          public_name = CRAM-MD5
          server_secret = ${if eq{$auth1}{user}{secret}fail}
          server_set_id = $auth1
        scram:
          driver = gsasl
          public_name = SCRAM-SHA-256
          server_mech = SCRAM-SHA-256
          server_password = secret
          server_set_id = $auth1
        """;

    /// <summary>Input comes in one piece, in small ones, or byte by byte.</summary>
    static readonly int[] Pieces = [int.MaxValue, 7, 1];

    static readonly Lazy<ReceptionRules> Rules = new(Load);
    static readonly MessageIdSource Ids = new(TimeProvider.System, Environment.ProcessId);

    public static string Run(string text) => RunAsync(SessionPlace.Of(text), text.Length > 0 ? text[1..] : "").GetAwaiter().GetResult();

    static async Task<string> RunAsync(SessionPlace place, string input)
    {
        var spool = new RecordingSpool();
        var bytes = Latin1.Encode(place.Before + input);
        var output = place.InTls ? await InTlsAsync(bytes, spool) : await PlainAsync(bytes, Pieces[input.Length % Pieces.Length], spool);
        var codes = SessionFindings.Check(place, output, spool.Taken);
        return place.Name + string.Join(' ', codes.Take(12));
    }

    static async Task<string> PlainAsync(byte[] bytes, int piece, RecordingSpool spool)
    {
        var stream = new PiecewiseStream(bytes, piece);
        await ServeAsync(stream, spool);
        return stream.Output;
    }

    static Task<string> InTlsAsync(byte[] bytes, RecordingSpool spool)
    {
        var client = new TlsClient();
        return client.ConverseAsync(bytes, Task.Run(() => ServeAsync(client.ServerEnd, spool)));
    }

    static async Task ServeAsync(Stream stream, RecordingSpool spool)
    {
        await using var connection = new Connection(stream, TimeProvider.System) { Remote = new(IPAddress.Parse("192.0.2.1"), 4711), Local = new(IPAddress.Loopback, 25) };
        await new SmtpSession(connection, Rules.Value, new(spool, Ids)).RunAsync(CancellationToken.None);
    }

    static ReceptionRules Load()
    {
        var directory = Directory.CreateTempSubdirectory("scriptmta-fuzz-session-").FullName;
        var file = Path.Combine(directory, "fuzz.conf");
        File.WriteAllText(file, Configuration.Replace("DIRECTORY", directory, StringComparison.Ordinal));
        var problems = new ProblemList();
        var loaded = ConfigurationLoader.Load(new SiteRequest(file, []), problems) ?? throw new InvalidOperationException(string.Join('\n', problems.All));
        return loaded.Reception with { Environment = loaded.Environment with { Log = new MailLog(TimeProvider.System, static _ => TextWriter.Null, LogOptions.Default) } };
    }
}
