using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion.Lists;

/// <summary>Host lists that need names: Exim 10.12 to 10.18, with a zone of our own.</summary>
public sealed class HostListTests : IDisposable
{
    readonly ListWorld _world = new();

    public HostListTests()
    {
        foreach (var record in (string[])
        [
            "friend.example A 192.168.4.5", "friend.example AAAA 2001:db8::5", "192.168.4.5 PTR Friend.example", "192.168.4.5 PTR liar.example", "liar.example A 10.9.9.9",
            "192.168.4.6 PTR liar.example", "host.example A 192.168.4.9", "192.168.4.7 AGAIN PTR", "slow.example AGAIN A", "slow.example AGAIN AAAA",
            "own.example MX 10 host.example", "second.example MX 10 friend.example", "second.example MX 20 host.example", "else.example MX 10 friend.example", "wait.example AGAIN MX",
        ]) _world.Dns.Add(record);
    }

    [Theory]
    [InlineData("192.168.4.5", "friend.example", "Yes")]
    [InlineData("2001:db8::5", "friend.example", "Yes")]
    [InlineData("192.168.4.6", "friend.example", "No")]
    [InlineData("192.168.4.9", "@", "Yes")]
    [InlineData("192.168.4.5", "*.example", "Yes friend.example")]
    [InlineData("192.168.4.5", "^friend", "Yes friend.example")]
    [InlineData("192.168.4.5", "^liar", "No friend.example")]
    [InlineData("192.168.4.6", "*.example : 192.168.4.6", "No")]
    [InlineData("192.168.4.6", "! *.example", "No")]
    [InlineData("192.168.4.6", "192.168.4.6 : *.example", "Yes")]
    [InlineData("192.168.4.6", "+include_unknown : *.example", "Yes")]
    [InlineData("192.168.4.6", "+ignore_unknown : *.example : 192.168.4.6", "Yes")]
    [InlineData("192.168.4.6", "+ignore_unknown : *.example : +include_unknown : ^x", "Yes")]
    [InlineData("192.168.4.6", "nonexist.example : 192.168.4.6", "No")]
    [InlineData("192.168.4.7", "*.example : 192.168.4.7", "Defer")]
    [InlineData("192.168.4.7", "+ignore_defer : *.example : 192.168.4.7", "Yes")]
    [InlineData("192.168.4.7", "+include_defer : *.example", "Yes")]
    [InlineData("192.168.4.7", "slow.example", "Defer")]
    [InlineData("192.168.4.5", "lsearch;DIR/names", "Yes friend.example")]
    [InlineData("127.0.0.1", "localhost", "Yes")]
    [InlineData("", "*.example", "No")]
    [InlineData("", "*", "Yes")]
    public void Names_are_looked_up_when_an_item_needs_them(string address, string list, string expected)
    {
        _world.Write("names", "friend.example: yes\n");
        var context = _world.Context();
        context.Connection.HostAddress = address;
        var match = RuleList.Hosts(ListWorld.At(list.Replace("DIR", _world.Folder))).MatchHost(address, context).Match;
        Assert.Equal(expected, $"{match.Kind} {context.Connection.HostName}".Trim());
    }

    [Fact]
    public void What_the_connection_knows_is_not_asked_again()
    {
        var context = _world.Context();
        context.Connection.HostAddress = "192.168.4.5";
        var list = RuleList.Hosts(ListWorld.At("*.nowhere : *.example"));
        Assert.True(list.MatchHost("192.168.4.5", context).Match.IsYes);
        var asked = _world.Dns.Asked.Count;
        Assert.True(list.MatchHost("192.168.4.5", context).Match.IsYes);
        Assert.Equal(asked, _world.Dns.Asked.Count);
    }

    [Fact]
    public void Acceptance_of_an_unknown_host_is_logged()
    {
        RuleList.Hosts(ListWorld.At("+include_unknown : *.example")).MatchHost("192.168.4.6", _world.Context());
        Assert.Contains("failed to find host name for 192.168.4.6: accepted by +include_unknown", _world.Log.ToString());
    }

    [Theory]
    [InlineData("own.example", "@mx_any", "Yes")]
    [InlineData("own.example", "@mx_primary", "Yes")]
    [InlineData("own.example", "@mx_secondary", "No")]
    [InlineData("second.example", "@mx_primary", "No")]
    [InlineData("second.example", "@mx_secondary", "Yes")]
    [InlineData("else.example", "@mx_any", "No")]
    [InlineData("nomx.example", "@mx_any", "No")]
    [InlineData("wait.example", "@mx_any", "Defer")]
    public void Mail_hosts_of_a_domain_can_be_this_machine(string domain, string list, string expected) =>
        Assert.Equal(expected, RuleList.Domains(ListWorld.At(list)).MatchDomain(domain, _world.Context()).Match.Kind.ToString());

    public void Dispose() => _world.Dispose();
}
