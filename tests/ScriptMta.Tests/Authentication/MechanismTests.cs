using System.Security.Cryptography;
using ScriptMta.Logging;
using ScriptMta.Tests.Reception;
using static ScriptMta.Tests.Authentication.SaslClient;

namespace ScriptMta.Tests.Authentication;

/// <summary>Every mechanism over a session: right, wrong, empty, truncated and cancelled (CVE-2020-12783), and what is left of each.</summary>
public sealed class MechanismTests
{
    const string Right = "235 2.7.0 Authentication succeeded", Wrong = "535 5.7.8 Incorrect authentication data", Cancelled = "501 5.7.0 Authentication cancelled", Bad = "501 5.5.2 Invalid base64 data";

    const string Configuration = """
        auth_advertise_hosts = *
        acl_smtp_mail = mail
        begin acl
        mail:
          accept message = <$authenticated_id> $sender_host_authenticated <$authenticated_fail_id> $authentication_failed <$auth1$auth2$auth3$auth4$1> $received_protocol
        begin authenticators
        plain:
          driver = gsasl
          public_name = PLAIN
          server_condition = ${if and{{eq{$auth1}{user}}{eq{$auth2}{}}{eq{$auth3}{pencil}}}}
          server_set_id = $auth1
        login:
          driver = gsasl
          public_name = LOGIN
          server_condition = ${if and{{eq{$auth1}{user}}{eq{$auth3}{pencil}}}}
          server_set_id = $auth1
        cram:
          driver = cram_md5
          public_name = CRAM-MD5
          server_secret = ${if eq{$auth1}{user}{pencil}{${if eq{$auth1}{empty}{}{${if eq{$auth1}{broken}{${lookup{x}lsearch{/no/such/file}}}fail}}}}}
          server_set_id = $auth1
        gcram:
          driver = gsasl
          public_name = X-CRAM
          server_mech = cram-md5
          server_realm = here
          server_password = ${if eq{$auth1@$auth3}{user@here}{pencil}fail}
          server_condition = true
          server_set_id = $auth1
        external:
          driver = gsasl
          public_name = EXTERNAL
          server_condition = ${if eq{$auth1}{user}}
          server_set_id = $auth1
        scram1:
          driver = gsasl
          public_name = SCRAM-SHA-1
          server_password = ${if eq{$auth1}{user}{pencil}{${if eq{$auth1}{broken}{${lookup{x}lsearch{/no/such/file}}}fail}}}
          server_condition = ${if eq{$auth2}{}}
          server_set_id = $auth1
        scram256:
          driver = gsasl
          public_name = SCRAM-SHA-256
          server_scram_iter = 4097
          server_scram_salt = ${if eq{$auth1}{user}{W22ZaJ0SNY7soEsUEjb6gQ==}}
          server_password = ${if eq{$auth1}{user}{pencil}fail}
          server_set_id = $auth1
        keys:
          driver = gsasl
          public_name = X-KEYS
          server_mech = SCRAM-SHA-256
          server_scram_salt = W22ZaJ0SNY7soEsUEjb6gQ==
          server_skey = WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=
          server_key = wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=
          server_set_id = $auth1
        plus:
          driver = gsasl
          public_name = SCRAM-SHA-256-PLUS
          server_password = pencil
          server_set_id = $auth1
        bearer:
          driver = gsasl
          public_name = OAUTHBEARER
          server_condition = ${if eq{$auth1/$auth3}{user@test.example/good}{yes}{${if eq{$auth3}{later}{ask later}}}}
          server_set_id = $auth1
        xoauth2:
          driver = gsasl
          public_name = XOAUTH2
          server_condition = ${if eq{$auth1/$auth3}{user@test.example/good}}
          server_set_id = $auth1

        """;

    static async Task<(ReceptionFixture Fixture, TestClient Client)> StartAsync()
    {
        var fixture = await ReceptionFixture.OfAsync(Configuration);
        var client = fixture.Connect();
        await client.ReadReplyAsync();
        Assert.Contains("\n250-AUTH PLAIN LOGIN CRAM-MD5 X-CRAM EXTERNAL SCRAM-SHA-1 SCRAM-SHA-256 X-KEYS OAUTHBEARER XOAUTH2\n", await client.SayAsync("EHLO c.example"), StringComparison.Ordinal);
        return (fixture, client);
    }

    /// <summary>Lines that the client says; all but the last get a challenge. The last answer is given.</summary>
    static async Task<string> TalkAsync(TestClient client, params string[] lines)
    {
        var reply = "";
        foreach (var line in lines)
        {
            Assert.True(reply.Length == 0 || reply.StartsWith("334 ", StringComparison.Ordinal), $"{reply} before {line}");
            reply = await client.SayAsync(line);
        }
        return reply;
    }

    static async Task IsNobodyAsync(TestClient client, string failed) => Assert.Equal($"250 2.0.0 <>  <{failed}> 1 <> esmtp", (await client.SayAsync("MAIL FROM:<a@b.example>")).Replace("2.1.0", "2.0.0", StringComparison.Ordinal));

    static async Task IsAsync(TestClient client, string id, string authenticator) =>
        Assert.Equal($"250 2.1.0 <{id}> {authenticator} <> 0 <> esmtpa", await client.SayAsync("MAIL FROM:<a@b.example>"));

    public static TheoryData<string, string[], string, string> Exchanges => new()
    {
        { "plain", ["AUTH PLAIN " + Base64("\0user\0pencil")], Right, "user" },
        { "plain", ["AUTH PLAIN", Base64("\0user\0pencil")], Right, "user" },
        { "plain", ["AUTH PLAIN " + Base64("\0user\0pen")], Wrong, "user" },
        { "plain", ["AUTH PLAIN " + Base64("other\0user\0pencil")], Wrong, "user" },
        { "plain", ["AUTH PLAIN", ""], Wrong, "" },
        { "plain", ["AUTH PLAIN ="], Wrong, "" },
        { "plain", ["AUTH PLAIN " + Base64("\0user")], Wrong, "" },
        { "plain", ["AUTH PLAIN " + Base64("\0user\0")], Wrong, "" },
        { "plain", ["AUTH PLAIN " + Base64("\0user\0pencil\0")], Wrong, "" },
        { "plain", ["AUTH PLAIN", "*"], Cancelled, "" },
        { "plain", ["AUTH PLAIN", "AHVzZX"], Bad, "" },
        { "login", ["AUTH LOGIN", Base64("user"), Base64("pencil")], Right, "user" },
        { "login", ["AUTH LOGIN " + Base64("user"), Base64("pencil")], Right, "user" },
        { "login", ["AUTH LOGIN", Base64("user"), Base64("pen")], Wrong, "user" },
        { "login", ["AUTH LOGIN", Base64("user\0pencil"), Base64("pencil")], Wrong, "user\\000pencil" },
        { "login", ["AUTH LOGIN", "", ""], Wrong, "" },
        { "login", ["AUTH LOGIN", Base64("user"), "*"], Cancelled, "" },
        { "login", ["AUTH LOGIN", Base64("user"), "*x"], Bad, "" },
        { "external", ["AUTH EXTERNAL " + Base64("user")], Right, "user" },
        { "external", ["AUTH EXTERNAL", Base64("user")], Right, "user" },
        { "external", ["AUTH EXTERNAL ="], Wrong, "" },
        { "external", ["AUTH EXTERNAL", ""], Wrong, "" },
        { "external", ["AUTH EXTERNAL", Base64("use")], Wrong, "use" },
        { "external", ["AUTH EXTERNAL", "*"], Cancelled, "" },
        { "bearer", ["AUTH OAUTHBEARER " + Base64("n,a=user@test.example,\u0001host=mx\u0001port=25\u0001auth=Bearer good\u0001\u0001")], Right, "user@test.example" },
        { "bearer", ["AUTH OAUTHBEARER", Base64("n,a=user@test.example,\u0001auth=bearer good\u0001\u0001")], Right, "user@test.example" },
        { "bearer", ["AUTH OAUTHBEARER " + Base64("n,a=user@test.example,\u0001auth=Bearer bad\u0001\u0001"), "AQ=="], Wrong, "user@test.example" },
        { "bearer", ["AUTH OAUTHBEARER " + Base64("n,a=user@test.example,\u0001auth=Bearer later\u0001\u0001")], "435 4.7.0 Unable to authenticate at present: ask later", "user@test.example" },
        { "bearer", ["AUTH OAUTHBEARER " + Base64("n,a=user@test.example,\u0001auth=Bearer bad\u0001\u0001"), "*"], Wrong, "user@test.example" },
        { "bearer", ["AUTH OAUTHBEARER " + Base64("n,a=user@test.example,\u0001auth=Bearer good"), "AQ=="], Wrong, "" },
        { "bearer", ["AUTH OAUTHBEARER " + Base64("n,a=user@test.example,\u0001auth=Bearer \u0001\u0001"), "AQ=="], Wrong, "" },
        { "bearer", ["AUTH OAUTHBEARER " + Base64("p=x,a=user@test.example,\u0001auth=Bearer good\u0001\u0001"), "AQ=="], Wrong, "" },
        { "bearer", ["AUTH OAUTHBEARER =", "AQ=="], Wrong, "" },
        { "bearer", ["AUTH OAUTHBEARER", "*"], Cancelled, "" },
        { "xoauth2", ["AUTH XOAUTH2 " + Base64("user=user@test.example\u0001auth=Bearer good\u0001\u0001")], Right, "user@test.example" },
        { "xoauth2", ["AUTH XOAUTH2 " + Base64("user=user@test.example\u0001auth=Bearer goo\u0001\u0001"), ""], Wrong, "user@test.example" },
        { "xoauth2", ["AUTH XOAUTH2 " + Base64("user=user@test.example\u0001auth=Bearer good\u0001"), ""], Wrong, "" },
        { "xoauth2", ["AUTH XOAUTH2 " + Base64("auth=Bearer good\u0001\u0001"), ""], Wrong, "" },
        { "xoauth2", ["AUTH XOAUTH2 " + Base64("user=a\u0001user=b\u0001auth=Bearer good\u0001\u0001"), ""], Wrong, "" },
        { "xoauth2", ["AUTH XOAUTH2", "", ""], Wrong, "" },
        { "xoauth2", ["AUTH XOAUTH2", "*"], Cancelled, "" },
        { "cram", ["AUTH CRAM-MD5", ""], Wrong, "" },
        { "cram", ["AUTH CRAM-MD5", Base64("user")], Wrong, "user" },
        { "cram", ["AUTH CRAM-MD5", Base64("user ")], Wrong, "user" },
        { "cram", ["AUTH CRAM-MD5", Base64("user 0123456789abcdef")], Wrong, "user" },
        { "cram", ["AUTH CRAM-MD5", Base64("broken 0123456789abcdef0123456789abcdef")], "435 4.7.0 Unable to authenticate at present", "broken" },
        { "cram", ["AUTH CRAM-MD5", "*"], Cancelled, "" },
        { "cram", ["AUTH CRAM-MD5 " + Base64("user")], "553 5.7.0 Initial data not expected", "" },
        { "scram1", ["AUTH SCRAM-SHA-1", ""], Wrong, "" },
        { "scram1", ["AUTH SCRAM-SHA-1", Base64("n,,n=user")], Wrong, "" },
        { "scram1", ["AUTH SCRAM-SHA-1", Base64("p=tls-server-end-point,,n=user,r=x")], Wrong, "" },
        { "scram1", ["AUTH SCRAM-SHA-1 " + Base64("n,,n=user,r=x"), ""], Wrong, "user" },
        { "scram1", ["AUTH SCRAM-SHA-1 " + Base64("n,,n=user,r=x"), Base64("c=biws,r=x,p=x")], Wrong, "user" },
        { "scram1", ["AUTH SCRAM-SHA-1 " + Base64("n,,n=broken,r=x"), Base64("c=biws,r=x,p=x")], "435 4.7.0 Unable to authenticate at present", "broken" },
        { "scram1", ["AUTH SCRAM-SHA-1 " + Base64("n,,n=user,r=x"), "*"], Cancelled, "" },
        { "scram1", ["AUTH SCRAM-SHA-1", "*"], Cancelled, "" },
        { "plus", ["AUTH SCRAM-SHA-256-PLUS"], "504 5.5.4 SCRAM-SHA-256-PLUS authentication mechanism not supported", "" },
    };

    [Theory, MemberData(nameof(Exchanges))]
    public async Task An_exchange_ends_as_it_should_and_leaves_nothing_else(string authenticator, string[] lines, string end, string id)
    {
        var (fixture, client) = await StartAsync();
        await using var _ = fixture;
        await using var __ = client;
        Assert.Equal(end, await TalkAsync(client, lines));
        if (end == Right) await IsAsync(client, id, authenticator);
        else await IsNobodyAsync(client, id);
        var reply = await client.SayAsync("RSET");
        Assert.Equal("250 2.0.0 Reset OK", reply);
        if (end == Wrong)
        {
            var line = $"{authenticator} authenticator failed for (c.example) [192.0.2.5]: 535 Incorrect authentication data{(id.Length > 0 ? $" (set_id={id})" : "")}";
            Assert.Contains(line + Environment.NewLine, fixture.Log(), StringComparison.Ordinal);
            Assert.Contains(line, fixture.Log(LogFile.Reject), StringComparison.Ordinal);
        }
        foreach (var secret in (string[])["pencil", "Bearer", "cGVuY2ls"])
            Assert.DoesNotContain(secret, fixture.Log().Replace("user\\000pencil", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CRAM-MD5", "cram", "user", "pencil", true)]
    [InlineData("CRAM-MD5", "cram", "user", "pen", false)]
    [InlineData("CRAM-MD5", "cram", "nobody", "", false)]
    [InlineData("CRAM-MD5", "cram", "empty", "", false)]
    [InlineData("X-CRAM", "gcram", "user", "pencil", true)]
    [InlineData("X-CRAM", "gcram", "user", "", false)]
    public async Task CRAM_MD5_lets_in_who_knows_the_secret(string mechanism, string authenticator, string user, string secret, bool right)
    {
        var (fixture, client) = await StartAsync();
        await using var _ = fixture;
        await using var __ = client;
        var challenge = Decode(await client.SayAsync("AUTH " + mechanism));
        Assert.Matches("^<.+@mx.test.example>$", challenge);
        Assert.Equal(right ? Right : Wrong, await client.SayAsync(Cram(user, secret, challenge)));
        if (right) await IsAsync(client, user, authenticator);
        else await IsNobodyAsync(client, user);
    }

    [Theory]
    [InlineData("SCRAM-SHA-1", "scram1", "n,,n=user,r=abc", "pencil", true)]
    [InlineData("SCRAM-SHA-1", "scram1", "y,,n=user,r=abc", "pencil", true)]
    [InlineData("SCRAM-SHA-1", "scram1", "n,a=other,n=user,r=abc", "pencil", false)]
    [InlineData("SCRAM-SHA-1", "scram1", "n,,n=user,r=abc", "pen", false)]
    [InlineData("SCRAM-SHA-1", "scram1", "n,,n=nobody,r=abc", "", false)]
    [InlineData("SCRAM-SHA-256", "scram256", "n,,n=user,r=abc", "pencil", true)]
    [InlineData("SCRAM-SHA-256", "scram256", "n,,n=user,r=abc", "", false)]
    [InlineData("SCRAM-SHA-256", "scram256", "n,,n=nobody,r=abc", "pencil", false)]
    [InlineData("X-KEYS", "keys", "n,,n=user,r=abc", "pencil", true)]
    [InlineData("X-KEYS", "keys", "n,,n=user,r=abc", "pen", false)]
    public async Task SCRAM_lets_in_who_knows_the_password_and_proves_that_the_server_does(string mechanism, string authenticator, string first, string password, bool right)
    {
        var (fixture, client) = await StartAsync();
        await using var _ = fixture;
        await using var __ = client;
        var algorithm = mechanism == "SCRAM-SHA-1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
        var challenge = Decode(await client.SayAsync($"AUTH {mechanism} {Base64(first)}"));
        Assert.Contains(mechanism == "SCRAM-SHA-256" ? ",i=4097" : ",i=4096", challenge, StringComparison.Ordinal);
        var (final, proof) = Scram(first, challenge, password, algorithm);
        var reply = await client.SayAsync(Base64(final));
        if (right)
        {
            Assert.Equal("334 " + Base64(proof), reply);
            Assert.Equal(Right, await client.SayAsync(""));
            await IsAsync(client, "user", authenticator);
        }
        else
        {
            Assert.Equal(Wrong, reply);
            await IsNobodyAsync(client, first.Contains("nobody", StringComparison.Ordinal) ? "nobody" : "user");
        }
    }

    [Theory]
    [InlineData("*", Cancelled)]
    [InlineData("AA==", Wrong)]
    [InlineData("!", Bad)]
    public async Task Whoever_does_not_take_the_proof_of_the_server_is_not_let_in(string answer, string end)
    {
        var (fixture, client) = await StartAsync();
        await using var _ = fixture;
        await using var __ = client;
        var challenge = Decode(await client.SayAsync($"AUTH SCRAM-SHA-1 {Base64("n,,n=user,r=abc")}"));
        await client.SayAsync(Base64(Scram("n,,n=user,r=abc", challenge, "pencil", HashAlgorithmName.SHA1).Final));
        Assert.Equal(end, await client.SayAsync(answer));
        await IsNobodyAsync(client, end == Wrong ? "user" : "");
    }

    [Fact]
    public async Task The_salt_of_a_user_does_not_tell_whether_there_is_such_a_user()
    {
        var (fixture, client) = await StartAsync();
        await using var _ = fixture;
        await using var __ = client;
        var salts = new List<string>();
        foreach (var user in (string[])["user", "user", "nobody", "nobody"])
        {
            salts.Add(Decode(await client.SayAsync($"AUTH SCRAM-SHA-1 {Base64($"n,,n={user},r=abc")}")).Split(',')[1]);
            await client.SayAsync("*");
        }
        Assert.Equal(2, salts.Distinct().Count());
        Assert.True(salts[0] == salts[1] && salts[2] == salts[3]);
    }

    [Fact]
    public async Task A_refused_token_is_told_in_JSON()
    {
        var (fixture, client) = await StartAsync();
        await using var _ = fixture;
        await using var __ = client;
        Assert.Equal("""{"status":"invalid_token","schemes":"bearer","scope":"mail"}""", Decode(await client.SayAsync("AUTH OAUTHBEARER " + Base64("n,a=u,\u0001auth=Bearer bad\u0001\u0001"))));
        Assert.Equal(Wrong, await client.SayAsync("AQ=="));
        Assert.Equal("""{"status":"401","schemes":"bearer","scope":"mail"}""", Decode(await client.SayAsync("AUTH XOAUTH2 " + Base64("user=u\u0001auth=Bearer bad\u0001\u0001"))));
        Assert.Equal(Wrong, await client.SayAsync(""));
    }
}
