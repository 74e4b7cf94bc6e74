using ScriptMta.Language;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Routing;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Routing;

/// <summary>Random lines and header fields, made of what their readers look at: nothing throws or hangs, and rules that match nothing change nothing.</summary>
public sealed class RewriteRobustnessTests
{
    const string HeaderPieces = "<>()@,:;\"\\ \t\n.ab[]é\x7f%";
    const string LinePieces = "\"\\ \t*@^$.,;=FGHEShqQRw12hdxX:{}";

    [Fact]
    public void Header_fields_of_any_shape_are_read_to_their_end()
    {
        var random = new Random(20260301);
        var idle = new HeaderRewriter(Rules("nobody@nowhere.test x@y.test"), ExpansionFixture.Context());
        var busy = new HeaderRewriter(Rules("*@* \"P. <x@y.test>\" w", "^a x@y.test"), ExpansionFixture.Context()) { CompletesSenders = true, CompletesRecipients = true };
        for (var i = 0; i < 20_000; i++)
        {
            var field = new HeaderField(i % 2 == 0 ? "To" : "From", Random(random, HeaderPieces, 40));
            Assert.Same(field, idle.Apply(field));
            Assert.InRange(busy.Apply(field).Body.Length, 0, 2000);
        }
    }

    [Fact]
    public void Rule_lines_of_any_shape_are_rules_or_errors()
    {
        var random = new Random(20260302);
        for (var i = 0; i < 20_000; i++)
        {
            var line = new LogicalLine(Random(random, LinePieces, 30).Trim(), ExpansionFixture.At);
            if (line.Text.Length == 0) continue;
            var problems = new ProblemList();
            Assert.True(RewriteRules.Load([line], problems).Rules.Count == 1 ^ problems.HasErrors, line.Text);
            problems = new ProblemList();
            RetryRules.Load([line], problems);
            Assert.InRange(problems.All.Count, 0, 1);
        }
    }

    [Fact]
    public void Texts_of_any_shape_can_be_tried_with_brw()
    {
        var random = new Random(20260303);
        var rules = Rules("^(.*)@(.*) $2@$1 S", "*@* $1$1@$2 R", "a@a.b $local_part q");
        for (var i = 0; i < 5_000; i++) Assert.NotEmpty(RewriteListing.Of(Random(random, HeaderPieces, 30), rules, ExpansionFixture.Context()));
    }

    static RewriteRules Rules(params string[] lines)
    {
        var problems = new ProblemList();
        var rules = RewriteRules.Load([.. lines.Select(l => new LogicalLine(l, ExpansionFixture.At))], problems);
        Assert.Empty(problems.All);
        return rules;
    }

    static string Random(Random random, string pieces, int longest) => string.Concat(Enumerable.Range(0, random.Next(longest)).Select(_ => pieces[random.Next(pieces.Length)]));
}
