using ScriptMta.Tests.Reception;
using static ScriptMta.Tests.Authentication.SaslClient;

namespace ScriptMta.Tests.Authentication;

public sealed class DovecotTests
{
    const string Right = "235 2.7.0 Authentication succeeded", Wrong = "535 5.7.8 Incorrect authentication data", Later = "435 4.7.0 Unable to authenticate at present";

    const string Configuration = """
        auth_advertise_hosts = *
        acl_smtp_mail = mail
        begin acl
        mail:
          accept message = <$authenticated_id> <$authenticated_fail_id>
        begin authenticators
        dove:
          driver = dovecot
          public_name = PLAIN
          server_socket = DIR/auth
          server_set_id = $auth1
        steps:
          driver = dovecot
          public_name = X-STEPS
          server_socket = DIR/auth
          server_condition = ${if eq{$auth1}{refused}{no}{yes}}
          server_set_id = $auth1
        other:
          driver = dovecot
          public_name = X-OTHER
          server_socket = DIR/auth

        """;

    static async Task<(string Reply, string Mail, string Log, IReadOnlyList<string> Seen)> AskAsync(string greeting, string[] answers, params string[] lines)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Configuration);
        await using var dovecot = new DovecotServer(Path.Combine(fixture.Directory, "auth"), greeting, answers);
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO c.example");
        var reply = "";
        foreach (var line in lines)
        {
            Assert.True(reply.Length == 0 || reply.StartsWith("334 ", StringComparison.Ordinal), reply);
            reply = await client.SayAsync(line);
        }
        return (reply, await client.SayAsync("MAIL FROM:<a@b.example>"), fixture.Log(), dovecot.Seen);
    }

    [Fact]
    public async Task Dovecot_is_told_who_asks_and_names_the_user()
    {
        var (reply, mail, _, seen) = await AskAsync(DovecotServer.Greeting, ["OK\t1\tuser=User@test.example\tx=y\n"], "AUTH PLAIN " + Base64("\0user\0secret"));
        Assert.Equal((Right, "250 2.1.0 <User@test.example> <>"), (reply, mail));
        Assert.Equal([$"AUTH\t1\tPLAIN\tservice=smtp\trip=192.0.2.5\tlip=192.0.2.1\tlport=25\trport=4711\tnologin\tresp={Base64("\0user\0secret")}"], seen);
    }

    [Fact]
    public async Task An_empty_initial_response_and_none_are_two_things()
    {
        Assert.EndsWith("\tnologin\tresp==", (await AskAsync(DovecotServer.Greeting, ["FAIL\t1\n"], "AUTH PLAIN =")).Seen[0], StringComparison.Ordinal);
        Assert.EndsWith("\tnologin", (await AskAsync(DovecotServer.Greeting, ["FAIL\t1\n"], "AUTH PLAIN")).Seen[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Challenges_go_through_and_what_the_server_has_to_say_last_too()
    {
        var (reply, mail, _, seen) = await AskAsync(DovecotServer.Greeting, [$"CONT\t1\t{Base64("who?")}\n", $"OK\t1\tresp={Base64("v=proof")}\tuser=a\u0001tb\n"], "AUTH X-STEPS", Base64("me"), "");
        Assert.Equal((Right, "250 2.1.0 <a\tb> <>"), (reply, mail));
        Assert.Equal("CONT\t1\t" + Base64("me"), seen[1]);
        Assert.Equal(Wrong, (await AskAsync(DovecotServer.Greeting, [$"OK\t1\tuser=a\tresp={Base64("v=proof")}\n"], "AUTH X-STEPS", "AA==")).Reply);
        Assert.Equal("501 5.7.0 Authentication cancelled", (await AskAsync(DovecotServer.Greeting, ["CONT\t1\t\n"], "AUTH X-STEPS", "*")).Reply);
        Assert.Equal("501 5.5.2 Invalid base64 data", (await AskAsync(DovecotServer.Greeting, ["CONT\t1\t\n"], "AUTH X-STEPS", "\tx")).Reply);
    }

    [Fact]
    public async Task server_condition_has_the_last_word()
    {
        Assert.Equal((Wrong, "250 2.1.0 <> <refused>"), await AskAsync(DovecotServer.Greeting, ["OK\t1\tuser=refused\n"], "AUTH X-STEPS") is var (reply, mail, _, _) ? (reply, mail) : default);
    }

    [Theory]
    [InlineData("FAIL\t1\tuser=user\n", Wrong, "535 Incorrect authentication data (set_id=user)")]
    [InlineData("FAIL\t1\n", Wrong, "535 Incorrect authentication data\n")]
    [InlineData("FAIL\t1\tuser=user\ttemp\n", Later, "435 Unable to authenticate at present (set_id=user): temporary failure of the authentication service")]
    [InlineData("FAIL\t1\ttemp\treason=the\u0001tdatabase\n", Later, "435 Unable to authenticate at present: the\tdatabase")]
    [InlineData("OK\t1\n", Later, "username missing")]
    [InlineData("OK\t2\tuser=other\nFAIL\t1\n", Wrong, "535 Incorrect authentication data\n")]
    [InlineData("CONT\t1\t!\n", Later, "invalid base64 from the server")]
    [InlineData("", Later, "authentication socket read error or premature eof")]
    [InlineData("OK\t1\tuser=u", Later, "authentication socket read error or premature eof")]
    public async Task What_Dovecot_answers_is_taken_for_what_it_is(string answer, string reply, string log)
    {
        var result = await AskAsync(DovecotServer.Greeting, [answer], "AUTH PLAIN " + Base64("\0user\0secret"));
        Assert.Equal(reply, result.Reply);
        Assert.Contains("dove authenticator failed for (c.example) [192.0.2.5]: ", result.Log, StringComparison.Ordinal);
        Assert.Contains(log, result.Log, StringComparison.Ordinal);
        Assert.StartsWith("250 2.1.0 <> <", result.Mail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VERSION\t2\t0\nDONE\n", "version mismatch")]
    [InlineData("VERSION\n", "version mismatch")]
    [InlineData("HELLO\n", "premature eof")]
    [InlineData("", "premature eof")]
    public async Task A_server_that_does_not_speak_the_protocol_says_nothing_of_the_client(string greeting, string log)
    {
        var result = await AskAsync(greeting, [], "AUTH PLAIN " + Base64("\0user\0secret"));
        Assert.Equal(Later, result.Reply);
        Assert.Contains(log, result.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_without_an_end_and_greetings_without_one_are_given_up()
    {
        Assert.Contains("line too long", (await AskAsync(new string('x', 40000), [], "AUTH PLAIN =")).Log, StringComparison.Ordinal);
        Assert.Contains("no end of the greeting", (await AskAsync(string.Concat(Enumerable.Repeat("SPID\t1\n", 1500)), [], "AUTH PLAIN =")).Log, StringComparison.Ordinal);
        Assert.Contains("too many steps", (await AskAsync(DovecotServer.Greeting, [.. Enumerable.Repeat("CONT\t1\t\n", 30)], ["AUTH X-STEPS", .. Enumerable.Repeat("", 20)])).Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mechanism_that_Dovecot_does_not_offer_is_not_asked_of_it()
    {
        var result = await AskAsync(DovecotServer.Greeting, [], "AUTH X-OTHER");
        Assert.Equal(Later, result.Reply);
        Assert.Empty(result.Seen);
    }
}
