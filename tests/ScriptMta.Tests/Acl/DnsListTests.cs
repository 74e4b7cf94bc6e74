using ScriptMta.Tests.Reception;

namespace ScriptMta.Tests.Acl;

/// <summary>What dnslists asks the DNS, and what it does not.</summary>
public sealed class DnsListTests
{
    const string Zone = """
        5.2.0.192.one.example A 127.0.0.2
        5.2.0.192.one.example TXT listed
        5.2.0.192.merged.example A 127.0.0.4
        5.2.0.192.late.example AGAIN A
        8.b.d.0.1.0.0.2.six.example A 127.0.0.2
        """;

    static async Task<(List<string> Asked, string Log)> AskAsync(string lists, int times = 1)
    {
        await using var fixture = await ReceptionFixture.OfAsync($"acl_smtp_mail = m\nbegin acl\nm:\n  accept dnslists = {lists}\n", prepare: f => { foreach (var line in Zone.Split('\n')) f.Dns.Add(line); });
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("HELO x");
        for (var i = 0; i < times; i++) await client.SayAsync("MAIL FROM:<a@b>");
        return ([.. fixture.Dns.Asked], fixture.Log());
    }

    [Theory]
    [InlineData("one.example : merged.example", "5.2.0.192.one.example A", "5.2.0.192.one.example TXT")]
    [InlineData("none.example : one.example=127.0.0.9", "5.2.0.192.none.example A", "5.2.0.192.one.example A")]
    [InlineData("one.example,merged.example=127.0.0.4", "5.2.0.192.merged.example A", "5.2.0.192.one.example A", "5.2.0.192.one.example TXT")]
    [InlineData("one.example,merged.example=127.0.0.5", "5.2.0.192.merged.example A")]
    [InlineData("one.example/a.b::192.0.2.6", "a.b.one.example A", "6.2.0.192.one.example A")]
    [InlineData("<; six.example/<|2001:db8::|9.9", "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.six.example A", "9.9.six.example A")]
    [InlineData("one.example/a..b::-c::d e::\u00e9")]
    public async Task It_asks_for_no_more_than_it_needs(string lists, params string[] asked) => Assert.Equal(asked, (await AskAsync(lists)).Asked);

    [Fact]
    public async Task A_list_that_did_not_answer_is_not_waited_for_again_in_the_same_connection()
    {
        var (asked, log) = await AskAsync("late.example", times: 3);
        Assert.Equal(["5.2.0.192.late.example A"], asked);
        Assert.Equal(3, log.Split("DNS list lookup defer (probably timeout) for 5.2.0.192.late.example: assumed not in list").Length - 1);
    }
}
