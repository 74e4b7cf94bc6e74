using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

public sealed class LogicalLineTests
{
    static string? Domain(string text) => Conf.Value(Conf.Of(text).ReadClean(), "qualify_domain");

    [Theory]
    [InlineData("qualify_domain = a.b")]
    [InlineData("   qualify_domain   =   a.b   ")]
    [InlineData("qualify_domain=a.b\r\n")]
    [InlineData("# c\n\n  # c \\\nqualify_domain = a.b")]
    [InlineData("qualify_domain = \\\n   a.b")]
    [InlineData("qualify_domain = a\\\n   .b")]
    [InlineData("qualify_domain = a\\   \n   .b")]
    [InlineData("qualify_domain = a\\\r\n   .b\r\n")]
    [InlineData("qualify_domain = a\\\n # a comment between\n   .b")]
    [InlineData("qualify_domain = a\\\n\\\n.b")]
    [InlineData("\\\nqualify_domain = a.b")]
    [InlineData("qualify_domain = a.b\\")]
    [InlineData("qualify_domain = a.b\\\n\nqueue_only")]
    public void White_space_comments_and_continuations_do_not_change_a_value(string text) => Assert.Equal("a.b", Domain(text));

    [Fact]
    public void A_value_may_end_in_the_byte_A0_which_ends_many_letters_of_UTF_8()
    {
        var problems = new ProblemList();
        var document = ConfigurationReader.ReadText("smtp_banner = voil\u00c3\u00a0\n\u0085\n", "t.conf", new(), problems);
        Assert.Equal("voil\u00c3\u00a0", document.Main.Settings[0].Value?.Text);
    }

    [Fact]
    public void White_space_before_the_backslash_stays() => Assert.Equal("a b", Domain("qualify_domain = a \\\n    b"));

    [Fact]
    public void Two_backslashes_are_one_and_a_continuation() => Assert.Equal("a\\b", Domain("qualify_domain = a\\\\\nb"));

    [Fact]
    public void A_number_sign_within_a_line_begins_no_comment() => Assert.Equal("a # b", Domain("qualify_domain = a # b"));

    [Fact]
    public void A_blank_line_ends_a_continued_line()
    {
        var document = Conf.Of("qualify_domain = a\\\n\n   queue_only\n").ReadClean();
        Assert.Equal("a", Conf.Value(document, "qualify_domain"));
        Assert.Equal(["qualify_domain", "queue_only"], document.Main.Settings.Select(s => s.Name));
    }

    [Fact]
    public void Bytes_pass_unchanged() => Assert.Equal("\xe4\xff", Domain("qualify_domain = \xe4\xff"));

    [Fact]
    public void A_NUL_is_reported() =>
        Assert.Equal(["2:19 this line holds a NUL character"], Conf.Of("\nqualify_domain = x\0y").ReadProblems());

    [Fact]
    public void Every_value_knows_its_line_and_column()
    {
        var document = Conf.Of("\n   qualify_domain =  a\nhide log_selector = \\\n    +a \\\n  +b\nqueue_only\ndomainlist x = y").ReadClean();
        Assert.Equal(Conf.Place(2, 4), document.Main.Settings[0].At);
        Assert.Equal(Conf.Place(2, 22), document.Main.Settings[0].Value!.Value.At);
        Assert.Equal(Conf.Place(3, 6), document.Main.Settings[1].At);
        Assert.Equal(Conf.Place(4, 5), document.Main.Settings[1].Value!.Value.At);
        Assert.True(document.Main.Settings[1].Hidden);
        Assert.Null(document.Main.Settings[2].Value);
        Assert.Equal(Conf.Place(7, 16), document.NamedLists[0].Value.At);
    }

    [Fact]
    public void A_column_counts_what_stood_before_a_macro_was_replaced()
    {
        var document = Conf.Of("LONG = aaaaaaaaaaaaaaa\nbegin retry\nx LONG y\n").ReadClean();
        var rule = document.Retry[0];
        Assert.Equal("x aaaaaaaaaaaaaaa y", rule.Text);
        Assert.Equal(Conf.Place(3, 1), rule.PlaceOf(0));
        Assert.Equal(Conf.Place(3, 3), rule.PlaceOf(2));
        Assert.Equal(Conf.Place(3, 8), rule.PlaceOf(rule.Text.IndexOf('y', StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_part_of_a_continued_line_knows_its_own_line()
    {
        var line = Conf.Of("begin retry\n  ab \\\n   cd\\\n#\n ef").ReadClean().Retry[0];
        Assert.Equal("ab cdef", line.Text);
        Assert.Equal(Conf.Place(2, 3), line.At);
        Assert.Equal(Conf.Place(3, 4), line.PlaceOf(3));
        Assert.Equal(Conf.Place(5, 3), line.PlaceOf(6));
        Assert.Equal(Conf.Place(5, 2), line.From(3).PlaceOf(2));
        Assert.Equal("cdef", line.From(3).Text);
    }

    [Fact]
    public void A_line_without_end_is_refused_in_bounded_memory()
    {
        var endless = "qualify_domain = " + string.Concat(Enumerable.Repeat(new string('x', 1000) + "\\\n", 20_000));
        Assert.StartsWith("1:1 this line and its continuations are longer than 16777216 characters", Conf.Of(endless).ReadProblems()[0]);
    }
}
