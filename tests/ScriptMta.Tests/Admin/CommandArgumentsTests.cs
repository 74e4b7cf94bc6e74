using ScriptMta.Admin;
using ScriptMta.Logging;

namespace ScriptMta.Tests.Admin;

/// <summary>log_selector = +arguments, as Exim 4.96 writes it.</summary>
public sealed class CommandArgumentsTests
{
    static string Logged(string selector, string words)
    {
        using var written = new StringWriter();
        using var log = new MailLog(TimeProvider.System, _ => written, LogSelectors.Parse(selector, _ => { }));
        CommandArguments.Log(new AdminRequest("submit", [], new Dictionary<string, string> { ["cwd"] = "/root", ["argv"] = words }), log);
        return written.ToString();
    }

    [Fact]
    public void Words_that_are_empty_or_hold_white_space_are_quoted() =>
        Assert.EndsWith(" cwd=/root 4 args: exim -odq \"a b@x\" \"\"\n", Logged("+arguments", "exim\n-odq\na b@x\n"), StringComparison.Ordinal);

    [Fact]
    public void Without_the_selector_nothing_is_logged() => Assert.Equal("", Logged("", "exim"));

    [Fact]
    public void A_word_cannot_forge_a_line() => Assert.EndsWith("1 args: a\\015b\n".Replace("\\015", "\\r", StringComparison.Ordinal), Logged("+arguments", "a\rb"), StringComparison.Ordinal);
}
