using System.Text;
using ScriptMta.Authentication;
using ScriptMta.Common;
using ScriptMta.Tests.Network.Tls;
using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Transports;

/// <summary>AUTH by the smtp transport; outcomes, log lines and what is sent as Exim 4.96 gave them for the same servers.</summary>
public sealed class SmtpAuthTests
{
    const string PlainAs = "plain:\ndriver = plaintext\npublic_name = PLAIN\nclient_send = ^user^secret\n";
    const string LoginAs = "login:\ndriver = plaintext\npublic_name = LOGIN\nclient_send = : user : secret\nclient_set_id = user\n";
    const string CramAs = "cram:\ndriver = cram_md5\npublic_name = CRAM-MD5\nclient_name = user\nclient_secret = secret\n";
    const string Unknown = "delivered H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\"";

    static ScriptedServer Server(Func<string, string?>? answers, string mechanisms = "PLAIN LOGIN CRAM-MD5") => new(("ehlo", $"250-sink\r\n250-AUTH {mechanisms}\r\n250 HELP")) { Answers = answers };

    static TransportBench Bench(ScriptedServer server, string authenticators, string options = "hosts_try_auth = *") =>
        new($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\ncommand_timeout = 20s\nallow_localhost\n{options}\n", authenticators: authenticators);

    static string As(string name) => $"delivered H=127.0.0.1 [127.0.0.1] A={name} C=\"250 OK id=abc\"";

    /// <summary>One answer after the other to what is said from AUTH on.</summary>
    static Func<string, string?> Say(params string[] answers)
    {
        var next = 0;
        return line => line.StartsWith("AUTH", StringComparison.Ordinal) || (next > 0 && next < answers.Length && !line.Contains(' ', StringComparison.Ordinal) && line is not ("QUIT" or "DATA")) ? answers[next++] : null;
    }

    static string Base64(string text) => Convert.ToBase64String(Latin1.Encode(text));

    static string SaidAfter(ScriptedServer server, string verb) => string.Join('|', server.Heard.SkipWhile(h => !h.StartsWith(verb, StringComparison.Ordinal)).TakeWhile(h => !h.StartsWith("MAIL", StringComparison.Ordinal)));

    [Theory]
    [InlineData(PlainAs, "plain", "AUTH PLAIN AHVzZXIAc2VjcmV0", "235 fine")]
    [InlineData("p:\ndriver = plaintext\npublic_name = PLAIN\nclient_send = ^us^^er^^^x\n", "p", "AUTH PLAIN AHVzXmVyXgB4", "235 fine")]
    [InlineData(LoginAs, "login:user", "AUTH LOGIN|dXNlcg==|c2VjcmV0", "334 VXNlcg==", "334 UGFzcw==", "235 fine")]
    [InlineData("l:\ndriver = plaintext\npublic_name = LOGIN\nclient_send = : $auth1-1 : $auth2-2\n", "l", "AUTH LOGIN|VXNlci0x|UGFzcy0y", "334 VXNlcg==", "334 UGFzcw==", "235 fine")]
    [InlineData(CramAs, "cram", "AUTH CRAM-MD5|dXNlciA3OTYyOTNmNmE1NWJkYjNmYTVjYmNjMWIwNTQzMjU0Mg==", "334 PDEuMkB4Pg==", "235 fine")]
    [InlineData("e:\ndriver = external\npublic_name = EXTERNAL\nclient_send = me@x\n", "e", "AUTH EXTERNAL bWVAeA==", "235 fine")]
    [InlineData("e:\ndriver = external\npublic_name = EXTERNAL\nclient_send =\n", "e", "AUTH EXTERNAL", "235 fine")]
    [InlineData("g:\ndriver = gsasl\npublic_name = PLAIN\nclient_username = user\nclient_password = secret\nclient_authz = boss\n", "g", "AUTH PLAIN Ym9zcwB1c2VyAHNlY3JldA==", "235 fine")]
    [InlineData("g:\ndriver = gsasl\npublic_name = LOGIN\nclient_username = user\nclient_password = secret\n", "g", "AUTH LOGIN|dXNlcg==|c2VjcmV0", "334 VXNlcg==", "334 UGFzcw==", "235 fine")]
    [InlineData("g:\ndriver = gsasl\npublic_name = CRAM-MD5\nclient_username = user\nclient_password = secret\n", "g", "AUTH CRAM-MD5|dXNlciA3OTYyOTNmNmE1NWJkYjNmYTVjYmNjMWIwNTQzMjU0Mg==", "334 PDEuMkB4Pg==", "235 fine")]
    [InlineData("g:\ndriver = gsasl\npublic_name = XOAUTH2\nclient_username = user\nclient_password = tok\n", "g", "AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRvawEB", "235 fine")]
    public async Task Each_mechanism_says_what_it_should(string authenticator, string name, string said, params string[] answers)
    {
        await using var server = Server(Say(answers), "PLAIN LOGIN CRAM-MD5 EXTERNAL XOAUTH2");
        await using var bench = Bench(server, authenticator);
        Assert.Equal(As(name), await bench.OneAsync("a@remote.test"));
        Assert.Equal((said, ""), (SaidAfter(server, "AUTH"), bench.Log));
    }

    [Theory]
    [InlineData("XOAUTH2", "")]
    [InlineData("OAUTHBEARER", "AQ==")]
    public async Task A_token_that_is_refused_is_answered_for_before_the_next_authenticator(string mechanism, string answer)
    {
        await using var server = Server(Say("334 eyJzdGF0dXMiOiI0MDEifQ==", "535 no", "235 fine"), $"{mechanism} PLAIN");
        await using var bench = Bench(server, $"g:\ndriver = gsasl\npublic_name = {mechanism}\nclient_username = user\nclient_password = tok\n{PlainAs}");
        Assert.Equal(As("plain"), await bench.OneAsync("a@remote.test"));
        Assert.EndsWith($"|{answer}|AUTH PLAIN AHVzZXIAc2VjcmV0", SaidAfter(server, "AUTH"), StringComparison.Ordinal);
        Assert.Contains("g authenticator failed H=127.0.0.1 [127.0.0.1] 535 no", bench.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LoginAs + PlainAs, "hosts_try_auth = *", Unknown, "login authenticator failed H=127.0.0.1 [127.0.0.1] 535 no|plain authenticator failed H=127.0.0.1 [127.0.0.1] 535 no", "535 no", "535 no")]
    [InlineData(LoginAs + PlainAs, "hosts_require_auth = *", "deferred (-42) auth_failed: authentication required but authentication attempt(s) failed", "login authenticator failed H=127.0.0.1 [127.0.0.1] 535 no|plain authenticator failed H=127.0.0.1 [127.0.0.1] 535 no", "535 no", "535 no")]
    [InlineData(LoginAs + PlainAs, "hosts_try_auth = *", "deferred (0) local: SMTP error from remote mail server after AUTH LOGIN: 454 later", "H=127.0.0.1 [127.0.0.1]: SMTP error from remote mail server after AUTH LOGIN: 454 later", "454 later")]
    [InlineData(LoginAs + PlainAs, "hosts_try_auth = *", "delivered H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\"", "login authenticator cancelled authentication H=127.0.0.1 [127.0.0.1] Invalid base64 string in server response \"334 !!!\"|plain authenticator cancelled authentication H=127.0.0.1 [127.0.0.1] Invalid base64 string in server response \"334 !!!\"", "334 !!!", "501 cancelled", "334 !!!", "501 cancelled")]
    [InlineData(CramAs, "hosts_try_auth = *", "deferred (-48) local: bad base 64 string in challenge: 334 !!!", "", "334 !!!")]
    [InlineData("l:\ndriver = plaintext\npublic_name = LOGIN\nclient_send = : user\n", "hosts_try_auth = *", "deferred (0) local: SMTP error from remote mail server after ********: 334 UGFzcw==", "H=127.0.0.1 [127.0.0.1]: SMTP error from remote mail server after ********: 334 UGFzcw==", "334 VXNlcg==", "334 UGFzcw==")]
    [InlineData("p:\ndriver = plaintext\npublic_name = PLAIN\nclient_send = ${readfile{/no/such}}\n" + LoginAs, "hosts_try_auth = *", "deferred (-48) local: expansion of \"${readfile{/no/such}}\" failed in p authenticator: failed to open /no/such: No such file or directory", "")]
    [InlineData("p:\ndriver = plaintext\npublic_name = PLAIN\nclient_send = ${if eq{a}{b}{x}fail}\n", "hosts_try_auth = *", Unknown, "")]
    [InlineData("c:\ndriver = cram_md5\npublic_name = CRAM-MD5\nclient_name = ${if eq{a}{b}{x}fail}\nclient_secret = x\n" + PlainAs, "hosts_try_auth = *", "delivered H=127.0.0.1 [127.0.0.1] A=plain C=\"250 OK id=abc\"", "", "235 ok")]
    [InlineData(PlainAs + "client_condition = no\n", "hosts_require_auth = *", "deferred (-42) auth_failed: authentication required but no common mechanisms were found", "")]
    [InlineData(PlainAs + "client_condition = ${readfile{/no/such}}\n", "hosts_require_auth = *", "deferred (-42) auth_failed: authentication required but no common mechanisms were found", "failed to expand condition \"${readfile{/no/such}}\" for plain client authenticator: failed to open /no/such: No such file or directory")]
    [InlineData("x:\ndriver = plaintext\npublic_name = OTHER\nclient_send = x\n", "hosts_require_auth = *", "deferred (-42) auth_failed: authentication required but no common mechanisms were found", "")]
    [InlineData(PlainAs, "hosts_avoid_tls = *", Unknown, "")]
    public async Task What_fails_is_told_as_Exim_tells_it(string authenticators, string options, string said, string logged, params string[] answers)
    {
        await using var server = Server(Say(answers));
        await using var bench = Bench(server, authenticators, options);
        Assert.Equal(said, await bench.OneAsync("a@remote.test"));
        Assert.Equal(logged, SmtpTlsTests.Logged(bench).Replace('\n', '|'));
        Assert.DoesNotContain("secret", bench.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Base64("\0user\0secret"), bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_extension_hosts_require_auth_waits()
    {
        await using var server = new ScriptedServer();
        await using var bench = Bench(server, PlainAs, "hosts_require_auth = *");
        Assert.Equal("deferred (-42) auth_failed: authentication required but server did not advertise AUTH support", await bench.OneAsync("a@remote.test"));
    }

    [Fact]
    public async Task The_sender_is_named_only_to_a_server_that_knows_us()
    {
        await using var server = Server(Say("235 ok"));
        await using var bench = Bench(server, PlainAs, "hosts_try_auth = *\nauthenticated_sender = foo+bar");
        await bench.OneAsync("a@remote.test");
        Assert.Equal("MAIL FROM:<s@mbox.test> AUTH=foo+2Bbar", server.Heard.First(h => h.StartsWith("MAIL", StringComparison.Ordinal)));
        await using var stranger = Bench(server, "", "authenticated_sender = foo");
        await stranger.OneAsync("a@remote.test");
        Assert.Equal("MAIL FROM:<s@mbox.test>", server.Heard.Last(h => h.StartsWith("MAIL", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_login_that_depends_on_the_message_is_no_other_messages_login()
    {
        Func<string, string?> any = line => line.StartsWith("AUTH", StringComparison.Ordinal) ? "235 ok" : null;
        await using var server = Server(any);
        await using var bench = Bench(server, "p:\ndriver = plaintext\npublic_name = PLAIN\nclient_send = ^$sender_address^x\n");
        Assert.Equal(As("p"), await bench.OneAsync("a@remote.test"));
        // The same message may go on over its connection.
        Assert.Equal(As("p").Replace("[127.0.0.1]", "[127.0.0.1]*"), await bench.OneAsync("b@remote.test"));
        Assert.Equal(1, server.Connections);
        bench.MessageId = "1xUeCw-0000000543a-0s00";
        Assert.Equal(As("p"), await bench.OneAsync("c@remote.test"));
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData("SCRAM-SHA-1", "n,,n=user,r=")]
    [InlineData("SCRAM-SHA-256", "n,,n=user,r=")]
    public async Task SCRAM_proves_both_sides(string mechanism, string first)
    {
        var scram = new ScramPeer(mechanism, "pencil");
        await using var server = Server(scram.Answer, mechanism);
        await using var bench = Bench(server, Scram(mechanism) + "client_set_id = $auth1/${length_6:$auth4}\n");
        var said = await bench.OneAsync("a@remote.test");
        Assert.StartsWith("delivered H=127.0.0.1 [127.0.0.1] A=s:user/", said, StringComparison.Ordinal);
        Assert.StartsWith(first, scram.First, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=AAAA", "deferred (-48) local: the server did not prove that it knows the password in s authenticator")]
    [InlineData("e=other-error", "deferred (-48) local: the server did not prove that it knows the password in s authenticator")]
    [InlineData("", "deferred (-48) local: the server did not prove that it knows the password in s authenticator")]
    public async Task A_server_that_does_not_know_the_password_gets_no_mail(string proof, string said)
    {
        var scram = new ScramPeer("SCRAM-SHA-256", "pencil") { Proof = proof };
        await using var server = Server(scram.Answer, "SCRAM-SHA-256");
        await using var bench = Bench(server, Scram("SCRAM-SHA-256"));
        Assert.Equal(said, await bench.OneAsync("a@remote.test"));
        Assert.Empty(server.Messages);
    }

    [Theory]
    [InlineData("r=other,s=QUFB,i=4096")]
    [InlineData("NONCE,s=,i=4096")]
    [InlineData("NONCE,s=QUFB,i=0")]
    [InlineData("NONCE,s=QUFB,i=2000000000")]
    [InlineData("nonsense")]
    public async Task A_challenge_that_is_none_ends_it(string challenge)
    {
        var scram = new ScramPeer("SCRAM-SHA-256", "pencil") { Challenge = challenge };
        await using var server = Server(scram.Answer, "SCRAM-SHA-256");
        await using var bench = Bench(server, Scram("SCRAM-SHA-256"));
        Assert.Equal("deferred (-48) local: the server's challenge is none of SCRAM in s authenticator", await bench.OneAsync("a@remote.test"));
    }

    [Fact]
    public async Task A_wrong_password_is_the_servers_to_refuse()
    {
        var scram = new ScramPeer("SCRAM-SHA-256", "other");
        await using var server = Server(scram.Answer, "SCRAM-SHA-256");
        await using var bench = Bench(server, Scram("SCRAM-SHA-256"), "hosts_require_auth = *");
        Assert.Equal("deferred (-42) auth_failed: authentication required but authentication attempt(s) failed", await bench.OneAsync("a@remote.test"));
    }

    [Fact]
    public async Task SCRAM_binds_to_the_certificate_of_the_server()
    {
        using var certificates = new TestCertificates();
        var certificate = certificates.Make("server", "CN=mx.remote.test");
        var scram = new ScramPeer("SCRAM-SHA-256", "pencil") { Binding = System.Security.Cryptography.SHA256.HashData(certificate.RawData) };
        await using var server = new ScriptedServer(("ehlo", "250-sink\r\n250-STARTTLS\r\n250 AUTH SCRAM-SHA-256-PLUS")) { Answers = scram.Answer, Certificate = certificate };
        await using var bench = Bench(server, Scram("SCRAM-SHA-256-PLUS") + "client_channelbinding = true\n");
        Assert.Contains(" A=s ", await bench.OneAsync("a@remote.test"), StringComparison.Ordinal);
        Assert.StartsWith("p=tls-server-end-point,,n=user,r=", scram.First, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gsasl\npublic_name = GS2-KRB5\nclient_username = x\nclient_password = y", "authenticator \"a\": mechanism GS2-KRB5 is not supported for a client: use one of PLAIN, LOGIN, CRAM-MD5, EXTERNAL, SCRAM-SHA-1, SCRAM-SHA-1-PLUS, SCRAM-SHA-256, SCRAM-SHA-256-PLUS, OAUTHBEARER, XOAUTH2")]
    [InlineData("gsasl\npublic_name = PLAIN\nclient_username = x", "authenticator \"a\": client_password must be set for PLAIN")]
    [InlineData("gsasl\npublic_name = PLAIN\nclient_password = x", "authenticator \"a\": client_username must be set for PLAIN")]
    [InlineData("plaintext\npublic_name = PLAIN\nclient_send = ${nonsense", "authenticator \"a\": client_send: ")]
    public void What_cannot_authenticate_is_an_error_at_load(string options, string error)
    {
        var problems = new ScriptMta.Language.ProblemList();
        var document = ScriptMta.Language.ConfigurationReader.ReadText($"begin authenticators\na:\ndriver = {options}\n", "test.conf", new(), problems);
        ClientSection.Load(document.Authenticators, problems);
        Assert.StartsWith(error, Assert.Single(problems.All).Message, StringComparison.Ordinal);
    }

    static string Scram(string mechanism) => $"s:\ndriver = gsasl\npublic_name = {mechanism}\nclient_username = user\nclient_password = pencil\n";

    /// <summary>The server's side, by the product's own class, or as it is told.</summary>
    sealed class ScramPeer(string mechanism, string password)
    {
        readonly ScramHash _hash = mechanism.Contains("256", StringComparison.Ordinal) ? ScramHash.Sha256 : ScramHash.Sha1;
        readonly byte[] _salt = "salty"u8.ToArray();
        ScramServer? _server;
        bool _isProved;

        public string First { get; private set; } = "";
        public string? Challenge { get; init; }
        public string? Proof { get; init; }
        public byte[] Binding { get; init; } = [];

        public string? Answer(string line)
        {
            if (line.StartsWith("AUTH", StringComparison.Ordinal)) return "334 " + Base64(Begin(Latin1.Decode(Convert.FromBase64String(line.Split(' ')[2]))));
            if (line == "*") return "501 cancelled";
            if (_isProved && line.Length == 0) return "235 welcome";
            if (_server is null || _isProved || line.Contains(' ', StringComparison.Ordinal) || line is "QUIT" or "DATA") return null;
            var (stored, key) = _hash.Keys(Encoding.ASCII.GetBytes(password), _salt, 4096);
            if (_server.Finish(Latin1.Decode(Convert.FromBase64String(line)), Binding, stored, key) is not { } proof) return "535 wrong";
            _isProved = true;
            return "334 " + Base64(Proof ?? proof);
        }

        string Begin(string first)
        {
            First = first;
            Assert.True(ScramClientFirst.TryParse(first, out var message));
            _server = new(_hash, message, ScramServer.NewNonce(), _salt, 4096);
            return Challenge?.Replace("NONCE", _server.Challenge.Split(',')[0], StringComparison.Ordinal) ?? _server.Challenge;
        }
    }
}
