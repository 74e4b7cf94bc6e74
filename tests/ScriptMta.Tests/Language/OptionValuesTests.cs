using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

public sealed class OptionValuesTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("10", 10)]
    [InlineData("010", 8)]
    [InlineData("0x1f", 31)]
    [InlineData("0X1F", 31)]
    [InlineData("10K", 10240)]
    [InlineData("10k", 10240)]
    [InlineData("2M", 2097152)]
    [InlineData("3G", 3221225472)]
    [InlineData("0x10K", 16384)]
    [InlineData("-5", -5)]
    [InlineData("+5", 5)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Integers(string text, long expected)
    {
        Assert.Equal(ValueError.None, OptionValues.Int(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("", "Missing")]
    [InlineData("K", "Missing")]
    [InlineData("-", "Missing")]
    [InlineData("0x", "Missing")]
    [InlineData("08", "Extra")]
    [InlineData("1.5", "Extra")]
    [InlineData("10KB", "Extra")]
    [InlineData("9223372036854775808", "TooLarge")]
    [InlineData("9000000000000G", "TooLarge")]
    public void Wrong_integers(string text, string expected) => Assert.Equal(expected, OptionValues.Int(text, out _).ToString());

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1000)]
    [InlineData("1.2", 1200)]
    [InlineData("1.234", 1234)]
    [InlineData("1.2345", 1234)]
    [InlineData("10.", 10000)]
    public void Fixed_point_numbers_are_kept_in_thousandths(string text, int expected)
    {
        Assert.Equal(ValueError.None, OptionValues.FixedPoint(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("600", 0x180)]
    [InlineData("0600", 0x180)]
    [InlineData("1777", 0x3ff)]
    public void Octal_numbers_need_no_leading_zero(string text, int expected)
    {
        Assert.Equal(ValueError.None, OptionValues.Octal(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("0s", 0)]
    [InlineData("2h30m", 9000)]
    [InlineData("30m2h", 9000)]
    [InlineData("90m", 5400)]
    [InlineData("1w2d3h4m5s", 788645)]
    [InlineData("08m", 480)]
    public void Times(string text, int seconds)
    {
        Assert.True(OptionValues.Time(text, out var value));
        Assert.Equal(TimeSpan.FromSeconds(seconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("2h30")]
    [InlineData("2x")]
    [InlineData("2h 30m")]
    [InlineData("h")]
    [InlineData("-1h")]
    [InlineData("1H")]
    [InlineData("99999999999999999999w")]
    [InlineData("4000w")]
    public void Wrong_times(string text) => Assert.False(OptionValues.Time(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(5400, "1h30m")]
    [InlineData(788645, "1w2d3h4m5s")]
    [InlineData(604800, "1w")]
    public void Times_are_printed_as_Exim_prints_them(int seconds, string expected) =>
        Assert.Equal(expected, OptionValues.FormatTime(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("yes", true)]
    [InlineData("TRUE", true)]
    [InlineData("", true)]
    [InlineData("No", false)]
    [InlineData("false  ", false)]
    public void Booleans(string text, bool expected)
    {
        Assert.Equal(ValueError.None, OptionValues.Bool(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("chek_local_user", "check_local_user")]
    [InlineData("qualify_domian", "qualify_domain")]
    [InlineData("spool_dir", null)]
    [InlineData("x", null)]
    public void The_nearest_name_is_found_or_none(string written, string? expected) =>
        Assert.Equal(expected, Nearest.Find(written, ["check_local_user", "qualify_domain", "spool_directory", "log"]));
}
