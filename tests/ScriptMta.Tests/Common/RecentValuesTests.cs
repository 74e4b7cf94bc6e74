using ScriptMta.Common;

namespace ScriptMta.Tests.Common;

public sealed class RecentValuesTests
{
    [Fact]
    public void An_answer_is_asked_for_once_while_it_is_fresh()
    {
        var asked = 0;
        var values = new RecentValues<string, string>(TimeSpan.FromHours(1), key => $"{key}{++asked}");
        Assert.Equal("a1 b2 a1", $"{values.Get("a")} {values.Get("b")} {values.Get("a")}");
    }

    [Fact]
    public void An_answer_that_is_old_is_asked_for_again()
    {
        var asked = 0;
        var values = new RecentValues<string, string>(TimeSpan.Zero, key => $"{key}{++asked}");
        Assert.Equal("a1 a2", $"{values.Get("a")} {values.Get("a")}");
    }

    [Fact]
    public void What_was_not_there_is_asked_for_again()
    {
        string? answer = null;
        var values = new RecentValues<string, string>(TimeSpan.FromHours(1), _ => answer);
        Assert.Null(values.Get("a"));
        answer = "now";
        Assert.Equal("now", values.Get("a"));
    }

    [Fact]
    public void Keys_from_strangers_do_not_fill_the_memory()
    {
        var asked = 0;
        var values = new RecentValues<int, string>(TimeSpan.FromHours(1), key => { asked++; return $"{key}"; });
        for (var key = 0; key < 5000; key++) values.Get(key);
        values.Get(0); // forgotten meanwhile
        Assert.Equal(5001, asked);
    }
}
