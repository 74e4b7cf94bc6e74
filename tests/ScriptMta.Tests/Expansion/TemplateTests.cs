using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion;

/// <summary>Templates whatever they hold: limits, taint, determinism, outcomes.</summary>
public sealed class TemplateTests
{
    [Theory]
    [InlineData("${lc:", "}")]
    [InlineData("${if eq{1}{1}{", "}}")]
    [InlineData("${if !eq{1}{1}{a}{", "}}")]
    [InlineData("${extract{1}{:}{", "}}")]
    [InlineData("${extract{$sender_host_address}{:}{", "}}")]
    [InlineData("${map{a}{", "}}")]
    public void Ten_thousand_nested_braces_are_expanded(string open, string close)
    {
        const int levels = 10_000;
        var text = string.Concat(Enumerable.Repeat(open, levels)) + "x" + string.Concat(Enumerable.Repeat(close, levels));
        Assert.DoesNotContain("missing", ExpansionFixture.Be(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Nested_groups_of_conditions_are_expanded()
    {
        const int levels = 10_000;
        var text = "${if " + string.Concat(Enumerable.Repeat("and{{", levels)) + "eq{1}{1}" + string.Concat(Enumerable.Repeat("}}", levels)) + "{y}{n}}";
        Assert.Equal("y", ExpansionFixture.Be(text));
    }

    [Fact]
    public void Nesting_without_end_is_an_error_and_no_crash()
    {
        Assert.Equal("Failed: braces nested too deeply (more than 20000 levels)", ExpansionFixture.Be(string.Concat(Enumerable.Repeat("${lc:", 1_000_000))));
        Assert.StartsWith("Failed: error in expression evaluation: too many nested operators", ExpansionFixture.Be("${eval:" + new string('-', 100_000) + "1}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_expands_itself_is_stopped()
    {
        var context = ExpansionFixture.Context();
        context.Connection.AclVariables["0"] = Value.Clean("${expand:$acl_c0}");
        Assert.Contains("expansions nested too deeply", ExpansionFixture.Be("${expand:$acl_c0}", context), StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_doubles_without_end_is_stopped()
    {
        var list = string.Join(':', Enumerable.Repeat("x", 60));
        Assert.StartsWith("Failed: expansion result is larger than", ExpansionFixture.Be($"${{reduce{{{list}}}{{ab}}{{$value$value}}}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_templates_end_in_a_result_and_never_in_an_exception()
    {
        string[] pieces =
        [
            "${", "}", "{", "$", "\\", "if ", "eq", "{a}", "{1}", "and", "or", "!", "def:", "h_x:", "domain", "$local_part", "$h_subject:", "${lc:", "${extract", "${sg", "{.*}",
            "${map{a:b}{", "$item", "${filter", "${reduce", "${sort{b:a}{lt}{$item}}", "${eval:1+", "match", "${lookup", " lsearch", "fail", ":", "\\N", "<", "=", "${hash_", "3_4:", "${substr",
            "{-1}", "forany", "inlist", "bool", "\\x4", "abc", " ", "\n", "\u00e9", "${run{", "${base64d:", "${rfc2047d:=?utf-8?q?", "?=", "${mask:", "1.2.3.4/8", "${listnamed:", "${acl{",
        ];
        var templates = Gen.ArrayOf(Gen.Elements(pieces)).Select(string.Concat);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Arb.From(templates), text =>
        {
            var context = new ExpansionContext { Environment = ExpansionFixture.Environment(), DryRun = true };
            var watch = Stopwatch.StartNew();
            var result = Template.Parse(text, ExpansionFixture.At).Expand(context);
            return (result.IsOk || result.Error is not null) && watch.Elapsed < TimeSpan.FromSeconds(5);
        }));
    }

    [Fact]
    public void Any_bytes_survive_between_N_marks()
    {
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (char)i))), chars =>
        {
            var text = new string(chars).Replace("\\", "", StringComparison.Ordinal);
            return ExpansionFixture.Be("\\N" + text + "\\N") == text && ExpansionFixture.Be("${base64d:${base64:\\N" + text + "\\N}}") == text;
        }));
    }

    [Fact]
    public void Captures_are_seen_by_both_strings_and_forgotten_after_the_if() =>
        Assert.Equal("b[]x", ExpansionFixture.Be("${if match{abc}{(b)}{$1}}[$1]${if match{abc}{d}{y}{x}}"));

    [Fact]
    public void A_failing_part_leaves_the_context_as_it_was()
    {
        var context = ExpansionFixture.Context();
        ExpansionFixture.Be("${map{a:b}{${if match{$item}{(.)}{${substr{x}{1}{$1}}}}}}", context);
        Assert.Equal("[][]", ExpansionFixture.Be("[$item][$1]", context));
        Assert.Equal(0, context.RunningTemplates);
    }

    [Theory]
    [InlineData("plain text", true)]
    [InlineData("", true)]
    [InlineData("a$domain", false)]
    [InlineData("a\\nb", false)]
    [InlineData("${broken", false)]
    public void A_text_without_references_or_escapes_is_constant(string text, bool constant) => Assert.Equal(constant, Template.Parse(text, ExpansionFixture.At).IsConstant);

    [Theory]
    [InlineData("", false)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    [InlineData("False", false)]
    [InlineData("1", true)]
    [InlineData("00", false)]
    [InlineData("42", true)]
    [InlineData("yes", true)]
    [InlineData("TRUE", true)]
    public void A_condition_text_is_true_or_false(string text, bool expected)
    {
        Assert.True(Template.Parse(text, ExpansionFixture.At).ExpandBool(ExpansionFixture.Context(), out var yes).IsOk);
        Assert.Equal(expected, yes);
    }

    [Fact]
    public void A_condition_text_that_is_neither_fails() =>
        Assert.Equal("invalid \"condition\" value \"maybe\"", Template.Parse("maybe", ExpansionFixture.At).ExpandBool(ExpansionFixture.Context(), out _).Error);

    [Fact]
    public void A_forced_failure_is_told_from_a_failure()
    {
        Assert.Equal(ExpandedKind.ForcedFail, Template.Parse("${if eq{a}{b}{x}fail}", ExpansionFixture.At).Expand(ExpansionFixture.Context()).Kind);
        Assert.Equal(ExpandedKind.Failed, Template.Parse("${if = {a}{b}{x}fail}", ExpansionFixture.At).Expand(ExpansionFixture.Context()).Kind);
    }

    [Theory]
    [InlineData("${lookup{a}nosuch{/x}}", "unknown lookup type \"nosuch\"")]
    [InlineData("${if eq{a}{b}{${js{missing}{x}}}}", "${js{missing}}: no js_files are set")]
    [InlineData("$nosuch", "unknown variable name \"nosuch\"")]
    [InlineData("${lookup{a}partial-lsearch*{/x}}", null)]
    public void A_load_can_ask_what_is_wrong_without_expanding(string text, string? problem) =>
        Assert.Equal(problem, Template.Parse(text, ExpansionFixture.At).Problem(ExpansionFixture.Environment()));
}
