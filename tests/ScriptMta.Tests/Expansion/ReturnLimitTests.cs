using System.Collections.Frozen;

namespace ScriptMta.Tests.Expansion;

/// <summary>$bounce_return_size_limit as exim4 -be prints it.</summary>
public sealed class ReturnLimitTests
{
    [Theory]
    [InlineData("", "", "102400 102400")]
    [InlineData("bounce_return_size_limit", "50K", "51200 51200")]
    [InlineData("return_size_limit", "1M", "1048576 1048576")]
    [InlineData("bounce_return_size_limit", "20", "20 20")]
    public void It_is_in_bytes_however_it_is_written(string option, string value, string printed)
    {
        var settings = option.Length == 0 ? new Dictionary<string, string>() : new() { [option] = value };
        var context = ExpansionFixture.Context(ExpansionFixture.Environment() with { Settings = settings.ToFrozenDictionary() });
        Assert.Equal(printed, ExpansionFixture.Be("$bounce_return_size_limit $return_size_limit", context));
    }
}
