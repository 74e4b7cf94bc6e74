using ScriptMta.Mail;

namespace ScriptMta.Tests.Mail;

public class MailDateTests
{
    [Fact]
    public void Dates_are_written_as_rfc_5322_wants()
    {
        var time = new DateTimeOffset(2026, 3, 5, 6, 8, 3, TimeSpan.FromMinutes(-210));
        Assert.Equal("Thu, 05 Mar 2026 06:08:03 -0330", MailDate.Format(time));
        Assert.Equal("Thu Mar  5 06:08:03 2026", MailDate.FormatMbox(time));
    }

    [Theory]
    [InlineData("Sat, 21 Nov 2026 06:08:53 +0100", "2026-11-21T05:08:53Z")]
    [InlineData("21 Nov 2026 06:08 -0000", "2026-11-21T06:08:00Z")]
    [InlineData("Sat,21 Nov 26 06:08:53 EST (a (nested) comment)", "2026-11-21T11:08:53Z")]
    [InlineData("1 January 99 00:00:60 GMT", "1999-01-01T00:00:59Z")]
    public void Dates_are_read_with_their_obsolete_forms(string text, string expected)
    {
        Assert.True(MailDate.TryParse(text, out var time));
        Assert.Equal(DateTimeOffset.Parse(expected), time.ToUniversalTime());
    }

    [Theory]
    [InlineData("")]
    [InlineData("31 Feb 2026 00:00:00 +0000")]
    [InlineData("1 Foo 2026 00:00:00 +0000")]
    [InlineData("1 Jan 2026 25:00:00 +0000")]
    [InlineData("0 Jan 2026 5:00:00 +0000")]
    [InlineData("((((")]
    public void Nonsense_is_no_date(string text) => Assert.False(MailDate.TryParse(text, out _));
}
