using FsCheck;
using FsCheck.Fluent;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Mail;

/// <summary>Errors and results were observed with Exim 4.96 (-bv and RCPT in -bh).</summary>
public class AddressParserTests
{
    [Theory]
    [InlineData("<a@b>", "a@b")]
    [InlineData("a@b", "a@b")]
    [InlineData(" a@b ", "a@b")]
    [InlineData("<\"a b\"@c>", "\"a b\"@c")]
    [InlineData("<\"a\\\"b\"@c>", "\"a\\\"b\"@c")]
    [InlineData("<\"ab>\"@c>", "\"ab>\"@c")]
    [InlineData("<a@b (c)>", "a@b")]
    [InlineData("<(c)a@b>", "a@b")]
    [InlineData("<a(x)@b>", "a@b")]
    [InlineData("< a@b >", "a@b")]
    [InlineData("<a @b>", "a@b")]
    [InlineData("<a@ b>", "a@b")]
    [InlineData("<@x:a@b>", "a@b")]
    [InlineData("<@x,@y:a@b>", "a@b")]
    [InlineData("<@x, @y :a@b>", "a@b")]
    [InlineData("<@x,:a@b>", "a@b")]
    [InlineData("@x:a@b", "a@b")]
    [InlineData("<a.@b>", "a.@b")]
    [InlineData("<a..b@c>", "a..b@c")]
    [InlineData("<.>", ".")]
    [InlineData("<a@b->", "a@b-")]
    [InlineData("<a\\@b@c>", "a\\@b@c")]
    [InlineData("a\\ b@c", "a\\ b@c")]
    [InlineData("<a>", "a")]
    [InlineData("<\"\"@c>", "\"\"@c")]
    [InlineData("<a.\"b\"@c>", "a.\"b\"@c")]
    [InlineData("<|pipe@b>", "|pipe@b")]
    [InlineData("<!#$%&'*+-/=?^_`{|}~@c>", "!#$%&'*+-/=?^_`{|}~@c")]
    [InlineData("<a\u0080@c>", "a\u0080@c")]
    [InlineData("A.B <a@b>", "a@b")]
    [InlineData("(c) <a@b>", "a@b")]
    [InlineData("<a@b> (c)", "a@b")]
    [InlineData(" a . b @ c . d ", "a.b@c.d")]
    [InlineData("<a.(c)b@c.(d)d>", "a.b@c.d")]
    [InlineData("a(((nested)))@b", "a@b")]
    [InlineData("a@b (x\\) y)", "a@b")]
    [InlineData("a\"b\" <c@d>", "c@d")]
    [InlineData("\"\" <a@b>", "a@b")]
    [InlineData("a<b@c>", "b@c")]
    [InlineData("\"a\tb\" <c@d>", "c@d")]
    public void Addresses_that_exim_takes(string text, string address)
    {
        Assert.True(AddressParser.TryParsePath(text, AddressRules.Default, out var parsed, out var error), error);
        Assert.Equal(address, parsed.ToString());
    }

    [Theory]
    [InlineData("", "empty address")]
    [InlineData("(only comment)", "empty address")]
    [InlineData("(unclosed a@b", "empty address")]
    [InlineData(";", "empty address")]
    [InlineData("<>", "missing or malformed local part")]
    [InlineData("x <>", "missing or malformed local part")]
    [InlineData("<<a@b>>", "missing or malformed local part")]
    [InlineData("<@x:>", "missing or malformed local part")]
    [InlineData(",", "missing or malformed local part (expected word or \"<\")")]
    [InlineData("undisclosed:;", "missing or malformed local part (expected word or \"<\")")]
    [InlineData("a b", "missing or malformed local part (expected word or \"<\")")]
    [InlineData("A, B <a@b>", "missing or malformed local part (expected word or \"<\")")]
    [InlineData("[x] <a@b>", "missing or malformed local part (expected word or \"<\")")]
    [InlineData("\"a b\" c", "missing or malformed local part (expected word or \"<\")")]
    [InlineData("<Name <a@b.c>>", "\"@\" or \".\" expected after \"Name\"")]
    [InlineData("<a b@c>", "\"@\" or \".\" expected after \"a\"")]
    [InlineData("<\"a\"b@c>", "\"@\" or \".\" expected after \"\"a\"\"")]
    [InlineData("<a\u0001b@c>", "\"@\" or \".\" expected after \"a\"")]
    [InlineData("<a", "\"@\" or \".\" expected after \"a\"")]
    [InlineData("<@x:a", "\"@\" or \".\" expected after \"a\"")]
    [InlineData("<\"unclosed@c>", "unmatched doublequote in local part")]
    [InlineData("\"a\\", "unmatched doublequote in local part")]
    [InlineData("<a@>", "domain missing or malformed")]
    [InlineData("<@>", "domain missing or malformed")]
    [InlineData("<a@b..c>", "domain missing or malformed")]
    [InlineData("<a@.b>", "domain missing or malformed")]
    [InlineData("<a@b.>", "domain missing or malformed")]
    [InlineData("<a@-b>", "domain missing or malformed")]
    [InlineData("a@b. <c@d>", "domain missing or malformed")]
    [InlineData("<a@\u00c3\u00a9>", "domain missing or malformed")]
    [InlineData("<@b>", "no local part")]
    [InlineData("<@x a@b>", "no local part")]
    [InlineData("<@x,y:a@b>", "colon expected after route list")]
    [InlineData("<@x:a>", "domain missing in source-routed address")]
    [InlineData("<a@b", "'>' missing at end of address")]
    [InlineData("<a@b (unclosed>", "'>' missing at end of address")]
    [InlineData("a@b>", "malformed address: > may not follow a@b")]
    [InlineData("<a@b>x", "malformed address: x may not follow <a@b>")]
    [InlineData("<a@b_c>", "malformed address: _c> may not follow <a@b")]
    [InlineData("<a@b@c>", "malformed address: @c> may not follow <a@b")]
    [InlineData("<a@b c>", "malformed address: c> may not follow <a@b ")]
    [InlineData("a@b <c@d>", "malformed address: <c@d> may not follow a@b ")]
    [InlineData("A; <a@b>", "malformed address: ; <a@b> may not follow A")]
    [InlineData("<a@[1.2.3.4]>", "domain literals not allowed")]
    [InlineData("<\"a\rb\"@c>", "control character in local part")]
    [InlineData("<\"a\nb\"@c>", "control character in local part")]
    [InlineData("<a\\\nb@c>", "control character in local part")]
    public void Addresses_that_are_refused_in_exims_words(string text, string expected)
    {
        Assert.False(AddressParser.TryParsePath(text, AddressRules.Default, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("<<a@b>>", "a@b")]
    [InlineData("<<<a@b>>>", "a@b")]
    [InlineData("<a@b.>", "a@b")]
    [InlineData("<a@[1.2.3.4]>", "a@[1.2.3.4]")]
    [InlineData("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]")]
    [InlineData("<a@\u00c3\u00a9.com>", "a@\u00c3\u00a9.com")]
    [InlineData("<>", "")]
    public void Options_let_more_addresses_in(string text, string address)
    {
        Assert.True(AddressParser.TryParsePath(text, Everything, out var parsed, out var error), error);
        Assert.Equal(address, parsed.ToString());
    }

    [Theory]
    [InlineData("<<a@b>", "'>' missing at end of address")]
    [InlineData("<a@b>>", "malformed address: > may not follow <a@b>")]
    [InlineData("<a@b..>", "domain missing or malformed")]
    [InlineData("<a@[1.2.3.4>", "malformed domain literal")]
    [InlineData("<a@[junk]>", "malformed domain literal")]
    [InlineData("<a@\u00ff.com>", "invalid UTF-8 byte sequence")]
    [InlineData("", "empty address")]
    public void Options_do_not_let_everything_in(string text, string expected)
    {
        Assert.False(AddressParser.TryParsePath(text, Everything, out _, out var error));
        Assert.Equal(expected, error);
    }

    static readonly AddressRules Everything = new()
    {
        AllowDomainLiterals = true, AllowNull = true, AllowUtf8Domains = true, StripExcessAngleBrackets = true, StripTrailingDot = true,
    };

    [Fact]
    public void An_address_over_256_bytes_is_refused()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('a', 60), 4)) + ".bbbbbbbbbb";
        Assert.True(AddressParser.TryParsePath($"a@{domain}", AddressRules.Default, out _, out _));
        Assert.False(AddressParser.TryParsePath($"aaa@{domain}", AddressRules.Default, out _, out var error));
        Assert.StartsWith("address is ridiculously long: aaa@aaaaaa", error);
    }

    [Theory]
    [InlineData("Name <a@b>", "Name")]
    [InlineData("\"Doe, \\\"J\\\"\" <a@b>", "Doe, \"J\"")]
    [InlineData("A  B.\n C <a@b>", "A B. C")]
    [InlineData("a@b (Some One)", "Some One")]
    [InlineData("a@b", "")]
    public void The_display_name_is_the_phrase_or_the_comment(string text, string name)
    {
        Assert.True(AddressParser.TryParseOne(text, AddressRules.Default, out var parsed, out _));
        Assert.Equal(name, parsed.DisplayName);
    }

    [Theory]
    [InlineData("a@b, c@d", "a@b|c@d")]
    [InlineData("a@b,, ,\n c@d,", "a@b|c@d")]
    [InlineData("\"x, y\" <a@b>, (c, d) e@f", "a@b|e@f")]
    [InlineData("<@x,@y:a@b>, c", "a@b|c")]
    [InlineData("friends: a@b, c@d; e@f", "a@b|c@d|e@f")]
    [InlineData("undisclosed-recipients:;", "")]
    [InlineData("undisclosed recipients: ;, a@b", "a@b")]
    [InlineData("a b, c@d", "!missing or malformed local part (expected word or \"<\")|c@d")]
    [InlineData("<a@b, c@d", "!malformed address: , c@d may not follow <a@b")]
    [InlineData("a@b; c@d", "!malformed address: ; c@d may not follow a@b")]
    [InlineData("a@b:c@d", "!malformed address: :c@d may not follow a@b")]
    [InlineData("(just a comment)", "")]
    public void Lists_give_their_items(string text, string expected)
    {
        if (text.StartsWith('<') && text.EndsWith("c@d")) expected = "!'>' missing at end of address|c@d";
        Assert.Equal(expected, string.Join('|', AddressParser.ParseList(text, AddressRules.Default).Select(i => i.Error is { } e ? "!" + e : i.Address.ToString())));
    }

    [Fact]
    public void Items_know_their_text_place_and_group()
    {
        var items = AddressParser.ParseList("x@y,\n My Friends: Joe <a@b>;", AddressRules.Default).ToArray();
        Assert.Equal(new AddressListItem("Joe <a@b>", 18, new("a", "b"), "Joe", null, "My Friends"), items[1]);
        Assert.Equal("", items[0].Group);
    }

    [Theory]
    [InlineData("(((((((((")]
    [InlineData("<<<<<<<<<")]
    [InlineData(". . . . .")]
    [InlineData("a@b.c.d.e")]
    [InlineData("\"\"\"\"\"\"\"")]
    [InlineData("a,b:c;d,<")]
    [InlineData("@a,@b,@c,")]
    public void Hostile_texts_take_linear_time(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 100_000));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        AddressParser.TryParseOne(text, Everything, out _, out var error);
        _ = AddressParser.ParseList(text, Everything).Count();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
        Assert.True(error.Length < 1000);
    }

    [Fact]
    public void Any_text_gives_an_answer_and_an_accepted_address_reads_back_as_itself()
    {
        var characters = Gen.Elements("ab@.<>()\",;:\\[] \t\n\u0001\u00e9-_1".ToCharArray());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Gen.ArrayOf(characters).ToArbitrary(), letters =>
        {
            var text = new string(letters);
            _ = AddressParser.ParseList(text, Everything).Count();
            if (!AddressParser.TryParseOne(text, Everything, out var parsed, out var error)) return error.Length > 0;
            if (parsed.Address.IsNull) return true;
            return AddressParser.TryParsePath("<" + parsed.Address + ">", Everything, out var again, out _) && again == parsed.Address
                && !parsed.Address.ToString().Any(char.IsControl);
        }));
    }
}
