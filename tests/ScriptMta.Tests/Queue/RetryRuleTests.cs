using ScriptMta.Language;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Queue;

public sealed class RetryRuleTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("* nonsense F,1h,1m", "unknown or malformed retry error \"nonsense\"")]
    [InlineData("* rcpt_5xx F,1h,1m", "unknown or malformed retry error \"rcpt_5xx\"")]
    [InlineData("* * X,1h,1m", "retry rule: ")]
    [InlineData("* * F,1h", "retry rule: ")]
    [InlineData("* * F,1x,1m", "bad cutoff time \"1x\"")]
    [InlineData("* * G,1h,1m,0.5", "G needs a factor of at least 1")]
    [InlineData("*", "retry rule: ")]
    public void Wrong_rules_are_named(string line, string problem)
    {
        var problems = new ProblemList();
        RetryRules.Load([new(line, ExpansionFixture.At)], problems);
        Assert.Contains(problem, Assert.Single(problems.All).Message);
    }

    [Theory]
    [InlineData("refused", "refused_MX", true)]
    [InlineData("refused_A", "refused_MX", false)]
    [InlineData("timeout", "timeout_connect_A", true)]
    [InlineData("timeout_A", "timeout_connect_A", true)]
    [InlineData("timeout_MX", "timeout_connect_A", false)]
    [InlineData("timeout_connect", "timeout_A", false)]
    [InlineData("timeout_connect", "timeout_connect_MX", true)]
    [InlineData("rcpt_4xx", "rcpt_451", true)]
    [InlineData("rcpt_45x", "rcpt_451", true)]
    [InlineData("rcpt_45x", "rcpt_421", false)]
    [InlineData("rcpt_452", "rcpt_451", false)]
    [InlineData("data_4xx", "rcpt_451", false)]
    [InlineData("*", "anything", true)]
    [InlineData("quota", "quota", true)]
    public void Error_names_cover_what_Exim_says_they_cover(string rule, string error, bool concerned) =>
        Assert.Equal(concerned, Load($"* {rule} F,1h,1m").Find(new("a", "x.test"), "s@y.test", error, ExpansionFixture.Context()) is not null);

    [Fact]
    public void The_first_rule_that_matches_host_or_domain_counts()
    {
        var rules = Load("p.q.r.example * F,24h,30m", "a.b.c.example * F,4d,45m", "alice@lookingglass.test * F,1h,1m", "* * senders=: F,2h,2m", "* refused F,3h,3m;", "\"spaced.test\" * senders=\"xb.dom : yc.dom\" G,8h,10m,1.5");
        double? Minutes(string error, string sender, string address, string host = "") => rules.Find(MailAddress.Split(address), sender, error, ExpansionFixture.Context(), host)?.Steps[0].Interval.TotalMinutes;
        Assert.Equal(45, Minutes("lost_connection", "s@x.test", "u@a.b.c.example", "x.y.z.example"));
        Assert.Equal(30, Minutes("lost_connection", "s@x.test", "u@a.b.c.example", "p.q.r.example"));
        Assert.Equal(1, Minutes("quota", "s@x.test", "alice@lookingglass.test"));
        Assert.Null(Minutes("quota", "s@x.test", "bob@lookingglass.test"));
        Assert.Equal(2, Minutes("quota", "", "u@other.test"));
        Assert.Equal(3, Minutes("refused_A", "s@x.test", "u@other.test"));
        Assert.Equal(10, Minutes("quota", "me@yc.dom", "u@spaced.test"));
    }

    [Fact]
    public void Intervals_are_fixed_then_grow_then_are_fixed_until_the_last_cutoff()
    {
        var rule = Load("* * F,2h,15m; G,16h,1h,1.5; F,4d,6h").Find(new("a", "x.test"), "", "*", ExpansionFixture.Context());
        var hours = new List<double>();
        var (now, gap) = (Start, TimeSpan.Zero);
        for (var expired = false; !expired;)
        {
            var next = RetryRules.Next(rule, Start, gap, now, TimeSpan.FromHours(24), new Random(1));
            hours.Add((now - Start).TotalHours);
            (expired, gap, now) = (next.Expired, next.NextTry!.Value - now, next.NextTry.Value);
        }
        Assert.Equal([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 3.25, 4.75, 7, 10.375, 15.4375, 23.03125, 29.03125], hours.Take(17));
        Assert.InRange(hours[^1], 96, 102.1);
    }

    [Fact]
    public void Random_intervals_lie_between_the_first_and_the_grown_one_and_none_is_longer_than_the_limit()
    {
        var rule = Load("* * H,10d,1h,2").Find(new("a", "x.test"), "", "*", ExpansionFixture.Context());
        var gap = TimeSpan.Zero;
        for (var i = 0; i < 200; i++)
        {
            var wait = RetryRules.Next(rule, Start, gap, Start, TimeSpan.FromHours(5), new Random(i)).NextTry!.Value - Start;
            var most = gap < TimeSpan.FromHours(1) ? TimeSpan.FromHours(1) : gap * 2 < TimeSpan.FromHours(5) ? gap * 2 : TimeSpan.FromHours(5);
            Assert.InRange(wait, TimeSpan.FromHours(1), most);
            gap = wait;
        }
    }

    static RetryRules Load(params string[] lines)
    {
        var problems = new ProblemList();
        var rules = RetryRules.Load([.. lines.Select(l => new LogicalLine(l, ExpansionFixture.At))], problems);
        Assert.Empty(problems.All.Select(p => p.Message));
        return rules;
    }
}
