using System.Net;
using System.Net.Sockets;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Queue;

namespace ScriptMta.Tests.Queue;

/// <summary>destination_limits and destination_backoff as a postmaster writes them.</summary>
public sealed class DestinationRuleTests
{
    static OptionReader Read(string text, out ProblemList problems)
    {
        problems = new();
        return new(ConfigurationReader.ReadText(text, "test.conf", new(), problems).Main, MainOptionTable.Table, problems);
    }

    static DestinationName Name(string domain, params string[] hosts) => new("smtp", domain, domain, false, domain, [.. hosts]);

    static ExpansionContext Context() => new() { Environment = TestEnvironment };

    static readonly RuleEnvironment TestEnvironment = new() { Clock = TimeProvider.System, PrimaryHostname = "mx.test.org", QualifyDomain = "test.org", QualifyRecipient = "test.org", Dns = new ScriptMta.Tests.Dns.FakeDns(""), Log = new(TimeProvider.System, static _ => TextWriter.Null, ScriptMta.Logging.LogOptions.Default) };

    [Fact]
    public void The_first_line_that_fits_counts()
    {
        var limits = DestinationLimits.From(Read("destination_limits = <; big.example connections=2 ; *.example connections=3 messages=10 ; * mx=*.mail.test rate=100/1m ; mx=only.test interfaces=192.0.2.1*3,192.0.2.2", out var problems));
        Assert.Empty(problems.All);
        Assert.Equal((2, 0), Of("big.example"));
        Assert.Equal((3, 10), Of("other.example", "a.mail.test"));
        Assert.Same(limits.Find(Name("one.test", "a.mail.test"), Context())!.Pool, limits.Find(Name("two.test", "b.mail.test:26"), Context())!.Pool);
        Assert.NotNull(limits.Find(Name("x.test", "only.test"), Context())!.Sources);
        Assert.Null(limits.Find(Name("x.test", "other.test"), Context()));
        Assert.Null(limits.Find(new("box", "box", "box", true, "big.example", []), Context()));

        (int, int) Of(string domain, params string[] hosts) => limits.Find(Name(domain, hosts), Context()) is { } limit ? (limit.Connections, limit.Messages) : default;
    }

    [Theory]
    [InlineData("a.test connections=0", "connections=0: a number from 1 is needed")]
    [InlineData("a.test rate=5", "rate=5: a number and a time such as 100/1m are needed")]
    [InlineData("a.test colour=red", "unknown setting \"colour\"")]
    [InlineData("connections=1", "one domain pattern is needed first (\"*\" for all), or mx=")]
    [InlineData("a.test b.test connections=1", "one domain pattern is needed first (\"*\" for all), or mx=")]
    [InlineData("a.test connections=1 connections=2", "connections is set twice")]
    [InlineData("a.test interfaces=here", "interfaces: \"here\" is not an IP address")]
    [InlineData("a.test interfaces=192.0.2.1*0", "interfaces: the weight of 192.0.2.1 is a number from 1 to 1000")]
    public void A_line_that_cannot_be_read_is_an_error_with_its_reason(string line, string reason)
    {
        _ = DestinationLimits.From(Read("destination_limits = <; " + line, out var problems));
        Assert.EndsWith($"destination_limits: \"{line}\": {reason}", Assert.Single(problems.All).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Replies_are_answered_by_the_first_line_that_fits()
    {
        var rules = BackOffRules.From(Read("destination_backoff = <; 421 mx=*.big.test text=\"too many\" pause=10m ; 4x1 connections=2 for=1h ; 550 picky.test pause=1d", out var problems));
        Assert.Empty(problems.All);
        Assert.Equal(new BackOff(TimeSpan.FromMinutes(10), 0, BackOff.Usual), rules.Find("421 4.7.0 Too many connections", Name("a.test", "mx.big.test"), Context()));
        Assert.Equal(new BackOff(TimeSpan.Zero, 2, TimeSpan.FromHours(1)), rules.Find("421 Too many connections", Name("a.test", "mx.small.test"), Context()));
        Assert.Equal(new BackOff(TimeSpan.FromDays(1), 0, BackOff.Usual), rules.Find("550 5.7.1 no", Name("picky.test"), Context()));
        Assert.Null(rules.Find("550 5.7.1 no", Name("other.test"), Context()));
        Assert.Null(rules.Find("4", Name("other.test"), Context()));
    }

    [Theory]
    [InlineData("pause=1m", "a reply code such as 421 or 4xx is needed first")]
    [InlineData("250 pause=1m", "a reply code such as 421 or 4xx is needed first")]
    [InlineData("421", "pause=time or connections=N is needed")]
    [InlineData("421 pause=soon", "pause=soon: a time such as 10m is needed")]
    public void A_back_off_that_cannot_be_read_is_an_error(string line, string reason)
    {
        _ = BackOffRules.From(Read("destination_backoff = <; " + line, out var problems));
        Assert.EndsWith($"destination_backoff: \"{line}\": {reason}", Assert.Single(problems.All).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_are_drawn_by_their_weights_and_by_family()
    {
        var pool = SourcePool.Parse("192.0.2.1*3,192.0.2.2,2001:db8::1", out _)!;
        var random = new Random(7);
        var drawn = Enumerable.Range(0, 4000).Select(_ => pool.Draw(AddressFamily.InterNetwork, random)!.ToString()).CountBy(a => a).ToDictionary();
        Assert.InRange(drawn["192.0.2.1"], 2850, 3150);
        Assert.Equal(4000, drawn["192.0.2.1"] + drawn["192.0.2.2"]);
        Assert.Equal(IPAddress.Parse("2001:db8::1"), pool.Draw(AddressFamily.InterNetworkV6, random));
        Assert.Null(SourcePool.Parse("192.0.2.1", out _)!.Draw(AddressFamily.InterNetworkV6, random));
    }
}
