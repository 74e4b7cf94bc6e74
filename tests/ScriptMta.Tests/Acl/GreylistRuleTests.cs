using System.Runtime.CompilerServices;
using ScriptMta.Tests.Reception;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Acl;

/// <summary>rules/acl/greylist.conf, as its first lines say to use it.</summary>
public sealed class GreylistRuleTests : IAsyncLifetime
{
    const string Accepted = "250 Accepted", Wait = "451 greylisted: please try again in five minutes";

    readonly ManualClock _clock = new();
    ReceptionFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await ReceptionFixture.OfAsync($"""
        acl_smtp_rcpt = check_rcpt
        begin acl
        {File.ReadAllText(Rule())}
        check_rcpt:
          defer  acl = greylist
                 message = greylisted: please try again in five minutes
          accept
        """, _clock);

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    async Task<string> SendAsync(string host, string sender = "a@b.example", string recipient = "c@d.example", string authenticated = "")
    {
        await using var client = _fixture.Connect(host, session => session.Context.Connection.AuthenticatedId = authenticated);
        await client.ReadReplyAsync();
        await client.SayAsync("HELO x");
        await client.SayAsync($"MAIL FROM:<{sender}>");
        return await client.SayAsync($"RCPT TO:<{recipient}>");
    }

    [Fact]
    public async Task Who_comes_back_after_five_minutes_is_known_from_then_on_with_its_network()
    {
        Assert.Equal(Wait, await SendAsync("192.0.2.5"));
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(Wait, await SendAsync("192.0.2.5"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Wait, await SendAsync("192.0.2.5", sender: "other@b.example"));
        Assert.Equal(Accepted, await SendAsync("192.0.2.99"));
        Assert.Equal(Accepted, await SendAsync("192.0.2.7", sender: "new@e.example", recipient: "new@f.example"));
        Assert.Equal(Wait, await SendAsync("192.0.3.5"));
    }

    [Fact]
    public async Task A_network_is_forgotten_after_35_days_of_silence_and_not_before()
    {
        await SendAsync("2001:db8:1:2::5");
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(Accepted, await SendAsync("2001:db8:1:2::9"));
        for (var month = 0; month < 3; month++)
        {
            Assert.Equal(Accepted, await SendAsync("2001:db8:1:2:3:4:5:6", sender: $"s{month}@b.example"));
            _clock.Advance(TimeSpan.FromDays(34));
        }
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Wait, await SendAsync("2001:db8:1:2::5", sender: "late@b.example"));
    }

    [Fact]
    public async Task Who_has_authenticated_need_not_wait() => Assert.Equal(Accepted, await SendAsync("192.0.2.5", authenticated: "joe"));

    [Fact]
    public async Task A_slash_in_an_address_stays_a_part_of_the_key()
    {
        Assert.Equal(Wait, await SendAsync("192.0.2.5", sender: "a/key=x@b.example"));
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(Wait, await SendAsync("192.0.2.5", sender: "b/key=x@b.example"));
        Assert.Equal(Accepted, await SendAsync("192.0.2.5", sender: "a/key=x@b.example"));
    }

    static string Rule([CallerFilePath] string here = "") => Path.GetFullPath("../../../rules/acl/greylist.conf", Path.GetDirectoryName(here)!);
}
