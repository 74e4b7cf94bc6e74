using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Tests.Hosting;

public sealed class PatternCheckTests
{
    const string Text = """
        domainlist odd = ^a++b : !^[[::alpha::]]x : ^fine$
        domainlist none = ${lookup{x}lsearch{/y}}
        begin acl
        check:
          deny condition = ${if match{$sender_address}{\N^(?>a|b)\Q.\E\N}}
          deny domains = ^(?R)
          accept condition = ${if eq{${sg{$domain}{a*+}{}}}{}}
        begin routers
        one:
          driver = accept
          local_parts = \N^x\Ky\N
          condition = ${if match{$local_part}{ok}}
        """;

    [Fact]
    public void Each_pattern_that_needs_PCRE2_is_named_with_its_place()
    {
        var problems = new ProblemList();
        PatternCheck.Run(ConfigurationReader.ReadText(Text, "test.conf", new ReadOptions(), new ProblemList()), problems);
        Assert.All(problems.All, problem => Assert.True(problem.IsWarning));
        Assert.Equal(
        [
            "test.conf:1 ^a++b a possessive quantifier at offset 3", "test.conf:1 ^[[:alpha:]]x a POSIX class at offset 2", "test.conf:11 ^x\\Ky \\K at offset 2",
            "test.conf:5 ^(?>a|b)\\Q.\\E \\Q at offset 8", "test.conf:6 ^(?R) a recursion at offset 1", "test.conf:7 a*+ a possessive quantifier at offset 2",
        ], problems.All.Select(problem => $"{problem.At.File}:{problem.At.Line} {Between(problem.Message, "expression \"", "\" has ")} {Between(problem.Message, "\" has ", ", which")}"));
    }

    static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(after, start, StringComparison.Ordinal)];
    }
}
