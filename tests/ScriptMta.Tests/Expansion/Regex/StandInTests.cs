using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion.Regex;

/// <summary>.NET's engine where libpcre2-8 is missing: what it may run means what it means in PCRE2, and the rest is refused by name.</summary>
public sealed class StandInTests
{
    static readonly string[] Shared =
    [
        "abc", "^abc$", "a.c", "a|b|", "(a)(b)?(c)?", "(?:ab)+c", "a*b+c?", "a{2}", "a{1,2}?", "a{2,}", "a{,2}", "a{x", "[abc]+", "[^abc]", "[]a]+", "[^]a]", "[a-c-]", "[\\]a]", "[\\w.]+", "\\w+", "\\W",
        "\\d\\D", "\\s+", "\\S+", "\\bb", "\\Bb", "\\Aa", "c\\z", "c\\Z", "\\x61", "\\.", "\\\\", "\\/", "\\-", "(?i)ABC", "(?i:A)B", "a(?-i)b", "(?s)a.b", "(?m)^b$", "(?x) a b # c", "(?=b)b", "a(?!b)", "(?<=a)b",
        "(?<!a)b", "(?>a+)b", "(?#x)a", "(a)\\1", "(a)|(b)\\1", "\\t|\\n|\\r|\\f|\\e", "\\cA", "a$", "^$", "", "(a*)*b", "(?(?=a)abc|x)", "((a)(b(c)))", "\\x41\\+", "a++?", "\u00e9", "[\u00e0-\u00ff]+", "[[a]", "a\\++",
    ];

    static readonly string[] Subjects =
        ["abc", "", "aabbcc", "ABC", "a\nb", "abc\n", "a b.c-d/e\\f", "xaxb1", "b", "]a", "a{x a{,2}", "\u00e9t\u00e9 \u00a0\u0085", "\x01\x1b\t", "a++b+", "[a", "caab"];

    [Fact]
    public void What_may_run_there_means_the_same()
    {
        Assert.True(Pattern.UsesPcre);
        foreach (var text in Shared)
            foreach (var caseless in (bool[])[false, true])
                if (PcreOnly.Find(text, caseless) is null)
                    foreach (var subject in Subjects)
                        Assert.Equal($"{text} on {subject}: {Shown(PcreEngine.Compile(text, caseless, out _), subject)}", $"{text} on {subject}: {Shown(NetEngine.Compile(text, caseless, out _), subject)}");
    }

    [Fact]
    public void Ordinary_patterns_may_run_there() =>
        Assert.Equal(["[]a]+", "[^]a]", "(a)\\1", "(a)|(b)\\1", "a++?"], Shared.Where(text => PcreOnly.Find(text, caseless: false) is not null));

    [Theory]
    [InlineData("a++b", "a possessive quantifier at offset 2")]
    [InlineData("a?+", "a possessive quantifier at offset 2")]
    [InlineData("a{2,3}+b", "a possessive quantifier at offset 6")]
    [InlineData("(a)*+", "a possessive quantifier at offset 4")]
    [InlineData("\\Qa.b\\E", "\\Q at offset 0")]
    [InlineData("a\\Kb", "\\K at offset 1")]
    [InlineData("\\h", "\\h at offset 0")]
    [InlineData("\\R", "\\R at offset 0")]
    [InlineData("\\v", "\\v at offset 0")]
    [InlineData("\\g1", "\\g at offset 0")]
    [InlineData("\\x{41}", "\\x{…} at offset 0")]
    [InlineData("\\p{Lu}", "a Unicode class at offset 0")]
    [InlineData("[[:alpha:]]", "a POSIX class at offset 1")]
    [InlineData("[^[:digit:]]", "a POSIX class at offset 2")]
    [InlineData("[]x]", "a class that begins with ] at offset 0")]
    [InlineData("a[^]x]", "a class that begins with ] at offset 1")]
    [InlineData("[a-z-[aeiou]]", "a bracket that .NET subtracts at offset 5")]
    [InlineData("(?R)", "a recursion at offset 0")]
    [InlineData("(a(?1)?)", "a recursion at offset 2")]
    [InlineData("(?&x)", "a recursion at offset 0")]
    [InlineData("(?P<n>a)", "a named group at offset 0")]
    [InlineData("(?<n>a)(b)", "a named group at offset 0")]
    [InlineData("(?'n'a)", "a named group at offset 0")]
    [InlineData("(?|(a)|(b))", "a branch reset at offset 0")]
    [InlineData("(?C)", "a callout at offset 0")]
    [InlineData("(?U)a+", "an option at offset 0")]
    [InlineData("(a)?(?(1)b|c)", "a condition on a group at offset 4")]
    [InlineData("(*UTF)a", "a verb at offset 0")]
    [InlineData("a(*COMMIT)b", "a verb at offset 1")]
    [InlineData("(a)|\\1", "a back-reference at offset 4")]
    public void What_differs_is_refused_with_its_name(string text, string found)
    {
        Assert.Equal(found, PcreOnly.Find(text, caseless: false));
        Assert.Null(NetEngine.Compile(text, false, out var reason));
        Assert.Equal(found + " needs libpcre2-8, which is not installed here", reason);
    }

    [Theory]
    [InlineData("\\+\\+")]
    [InlineData("\\\\+b")]
    [InlineData("[*+]")]
    [InlineData("\\(?R")]
    [InlineData("[(?R)]")]
    [InlineData("[\\]++]")]
    public void What_only_looks_like_it_is_let_through(string text) => Assert.Null(PcreOnly.Find(text, caseless: false));

    [Fact]
    public void Letters_beyond_ASCII_have_no_case_in_PCRE2()
    {
        Assert.Null(PcreOnly.Find("\u00e9", caseless: false));
        Assert.Equal("a letter beyond ASCII without case at offset 0", PcreOnly.Find("\u00e9", caseless: true));
    }

    static string Shown(IPatternEngine? engine, string subject)
    {
        if (engine is null) return "no pattern";
        var match = engine.Match(subject, 0, false);
        return match.IsYes ? $"{match.Start}-{match.End} {string.Join('|', match.Groups.Select(g => g ?? "-")).TrimEnd('|', '-')}" : match.Kind.ToString();
    }
}
