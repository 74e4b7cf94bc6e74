using System.Runtime.CompilerServices;
using ScriptMta.Expansion;
using ScriptMta.Tests.Reception;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Acl;

/// <summary>rules/acl/backscatter.conf, as its first lines say to use it.</summary>
public sealed class BackscatterRuleTests : IAsyncLifetime
{
    const string Accepted = "250 Accepted", Refused = "550 nothing was sent from this address";

    readonly ManualClock _clock = new();
    ReceptionFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await ReceptionFixture.OfAsync($$"""
        BACKSCATTER_SECRET = only we know
        addresslist signed_senders = *@example.org
        acl_smtp_rcpt = check_rcpt
        begin acl
        {{File.ReadAllText(Rule())}}
        check_rcpt:
          deny    acl = backscatter
                  message = nothing was sent from this address
          accept
        """, _clock);

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    async Task<string> SendAsync(string sender, string recipient)
    {
        await using var client = _fixture.Connect("192.0.2.5", static _ => { });
        await client.ReadReplyAsync();
        await client.SayAsync("HELO x");
        await client.SayAsync($"MAIL FROM:<{sender}>");
        return await client.SayAsync($"RCPT TO:<{recipient}>");
    }

    string Signed(string secret = "only we know") =>
        Template.Parse($"${{prvs{{joe@example.org}}{{{secret}}}}}", ScriptMta.Common.SourceLocation.BuiltIn("")).Expand(_fixture.Context()).Text;

    [Fact]
    public async Task A_bounce_to_a_signed_address_is_taken_and_one_to_an_unsigned_is_not()
    {
        Assert.Equal(Accepted, await SendAsync("", Signed()));
        Assert.Equal(Refused, await SendAsync("", "joe@example.org"));
        Assert.Equal(Refused, await SendAsync("", Signed("a guess")));
    }

    [Fact]
    public async Task A_signature_is_good_for_a_week()
    {
        var signed = Signed();
        _clock.Advance(TimeSpan.FromDays(6));
        Assert.Equal(Accepted, await SendAsync("", signed));
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Refused, await SendAsync("", signed));
    }

    [Fact]
    public async Task Other_mail_and_bounces_to_addresses_that_are_not_signed_pass()
    {
        Assert.Equal(Accepted, await SendAsync("a@b.example", "joe@example.org"));
        Assert.Equal(Accepted, await SendAsync("a@b.example", Signed()));
        Assert.Equal(Accepted, await SendAsync("", "joe@elsewhere.example"));
    }

    static string Rule([CallerFilePath] string here = "") => Path.GetFullPath("../../../rules/acl/backscatter.conf", Path.GetDirectoryName(here)!);
}
