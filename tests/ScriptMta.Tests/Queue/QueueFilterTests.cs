using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Queue;

public sealed class QueueFilterTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Two hours old, 2 MiB, from ann@from.example; bob@b.example is done, carol@c.example waits after a 451 of mx.c.example.</summary>
    static QueueListing Message(bool frozen = false)
    {
        var delay = new Deferral(Now, Now, Now, "rcpt_4xx", "SMTP error from remote mail server after RCPT TO:<carol@c.example>: 451 4.7.1 come (back) later", "mx.c.example");
        return new(new MessageId("1tDqYw-000000005vi-0000"), 2 << 20, Now - TimeSpan.FromHours(2), "ann@from.example", frozen, false, Now,
            [new("bob@b.example", true, null), new("carol@c.example", false, delay)]) { Delays = [delay] };
    }

    [Theory]
    [InlineData("all", true)]
    [InlineData("sender~ann@", true)]
    [InlineData("sender~^ANN", true)]
    [InlineData("sender=ANN@from.example", true)]
    [InlineData("sender=ann", false)]
    [InlineData("sender!=ann@from.example", false)]
    [InlineData("sender.domain=from.example", true)]
    [InlineData("rcpt.domain=c.example", true)]
    [InlineData("rcpt.domain=b.example", false)] // done
    [InlineData("rcpt~(bob|carol)@c", true)]
    [InlineData("rcpt!~carol", false)]
    [InlineData("host=mx.c.example", true)]
    [InlineData("last.code=451", true)]
    [InlineData("last.code=4xx", true)]
    [InlineData("last.code=45x", true)]
    [InlineData("last.code=550", false)]
    [InlineData("last.code!=550", true)]
    [InlineData("last.error=rcpt_4xx", true)]
    [InlineData("last.text~\"come \\(back\\) later\"", true)]
    [InlineData("last.text~come.\\(back\\)", true)]
    [InlineData("age>1h", true)]
    [InlineData("age>1h30m age<3h", true)]
    [InlineData("age>=2h and age<=2h", true)]
    [InlineData("age<2h", false)]
    [InlineData("size>1M", true)]
    [InlineData("size=2M size>2000K size<1G size>=2097152", true)]
    [InlineData("size>2M", false)]
    [InlineData("frozen=no active=no tried=yes", true)]
    [InlineData("frozen=yes", false)]
    [InlineData("frozen!=yes", true)]
    [InlineData("1tDqYw-000000005vi-0000", true)]
    [InlineData("id=1tDqYw-000000005vi-0001", false)]
    [InlineData("1tDqYw-000000005vi-0001 or 1tDqYw-000000005vi-0000", true)]
    [InlineData("frozen=yes or age>1h", true)]
    [InlineData("frozen=yes age>1h or sender~ann", true)] // and binds closer
    [InlineData("frozen=yes (age>1h or sender~ann)", false)]
    [InlineData("not frozen=yes not (age<1h or size<1K)", true)]
    [InlineData("((age>1h))", true)]
    public void Conditions_mean_what_they_say(string filter, bool matches) => Assert.Equal(matches, Parse(filter).Matches(Message(), Now));

    static QueueFilter Parse(string text)
    {
        var filter = QueueFilter.Parse(text, out var error);
        Assert.True(filter is not null, error);
        return filter;
    }

    [Theory]
    [InlineData("", "column 1: expected a condition, as in: sender~@example.com age>1h")]
    [InlineData("age>1h colour=red", "column 8: there is no field \"colour\": id, sender, sender.domain, rcpt, rcpt.domain, host, last.text, last.error, last.code, age, size, frozen, active, tried")]
    [InlineData("age~1h", "column 4: \"age\" knows > < >= <= =, not ~")]
    [InlineData("sender", "column 7: expected = != ~ !~ after \"sender\"")]
    [InlineData("age>soon", "column 5: \"soon\" is no time: as in 90s, 30m, 1h30m, 2d or 1w")]
    [InlineData("size>9999999999999G", "column 6: \"9999999999999G\" is no size: as in 500, 20K, 1M or 1G")]
    [InlineData("last.code=5", "column 11: a reply code is three digits that begin with 4 or 5; x stands for any digit, as in 45x")]
    [InlineData("frozen=maybe", "column 8: frozen is yes or no")]
    [InlineData("(age>1h", "column 1: this parenthesis is not closed")]
    [InlineData("age>1h )", "column 8: this parenthesis was not opened")]
    [InlineData("sender=\"x", "column 8: this quote is not closed")]
    [InlineData("age>1h or", "column 10: expected a condition, as in: sender~@example.com age>1h")]
    public void Errors_say_where(string filter, string error)
    {
        Assert.Null(QueueFilter.Parse(filter, out var said));
        Assert.Equal(error, said);
    }

    [Fact]
    public void A_pattern_that_is_none_is_an_error_at_its_place()
    {
        Assert.Null(QueueFilter.Parse("age>1h sender~[", out var error));
        Assert.StartsWith("column 15: regular expression error in \"[\"", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_depth_of_parentheses_is_an_answer()
    {
        Assert.Null(QueueFilter.Parse(new string('(', 100_000), out var error));
        Assert.Contains("nested deeper than 50", error, StringComparison.Ordinal);
        Assert.Null(QueueFilter.Parse(string.Concat(Enumerable.Repeat("not ", 100_000)), out error));
        Assert.Contains("nested deeper than 50", error, StringComparison.Ordinal);
        Assert.True(Parse(string.Join(" or ", Enumerable.Repeat("frozen=yes", 5_000)) + " or all").Matches(Message(), Now));
    }
}
