using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

/// <summary>The one option that a command needs to find its daemon is what the whole reading finds, too.</summary>
public sealed class MainSettingTests
{
    [Theory]
    [InlineData("spool_directory = /a")]
    [InlineData("# c\n\nS = /x\nspool_directory = S/y")]
    [InlineData("B_SPOOL = /x\nB_LOGS = /y\nspool_directory = B_SPOOL/s\nlog_file_path = B_LOGS/%s")]
    [InlineData(".ifdef X\nspool_directory = /a\n.else\nspool_directory = /b\n.endif")]
    [InlineData(".ifdef _HAVE_JS\nspool_directory = /js\n.endif")]
    [InlineData(".ifndef _HAVE_NOTHING_LIKE_IT\nspool_directory = \"/a b\"\n.endif")]
    [InlineData("hide spool_directory = /a/\\\n  # not this\n  b")]
    [InlineData("acl_smtp_rcpt = x\nX == y")]
    [InlineData("OPTION = spool_directory = /whole\nOPTION")]
    [InlineData("spool_directory = /a\nbegin acl\nspool_directory = /b")]
    [InlineData("log_file_path = /spool_directory = /b\nspool_directory = /a")]
    [InlineData(".include /more\nqualify_domain = a")]
    [InlineData("")]
    public void It_is_found_as_the_whole_reading_finds_it(string text)
    {
        var options = new ReadOptions
        {
            BuiltInMacros = static () => ScriptMta.Hosting.ProductMacros.All, OpenFile = path => path == "/conf" ? text : path == "/more" ? "spool_directory = /included" : null,
        };
        var document = ConfigurationReader.Read("/conf", options, new())!;
        Assert.Equal(document.Main.Settings.LastOrDefault(s => s.Name == "spool_directory")?.Value?.Text, ConfigurationReader.ReadMainSetting("/conf", "spool_directory", options, new())?.Value?.Text);
    }

    [Fact]
    public void Every_built_in_macro_begins_as_they_all_do() =>
        Assert.All(ScriptMta.Hosting.ProductMacros.All.Keys, name => Assert.True(BuiltInMacros.MayBegin(name), name));

    [Fact]
    public void A_file_that_is_not_there_says_nothing() =>
        Assert.Null(ConfigurationReader.ReadMainSetting("/conf", "spool_directory", new() { OpenFile = static _ => null }, new()));
}
