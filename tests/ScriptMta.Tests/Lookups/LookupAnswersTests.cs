using System.Collections.Frozen;
using ScriptMta.Expansion;
using ScriptMta.Lookups;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Lookups;

/// <summary>Exim 9.8: while a message is processed, the same query is sent once, until something is changed.</summary>
public sealed class LookupAnswersTests
{
    const string Read = "${lookup asked{select 1}}", Write = "${lookup asked{update x}}";

    [Theory]
    [InlineData("1 1", Read, Read)]
    [InlineData("1 2", Read, "${lookup asked{select 2}}")]
    [InlineData("1 2", Read, "${lookup asked,option=1{select 1}}")]
    [InlineData("1 2", Write, Write)]
    [InlineData("1 2 3 3", Read, Write, Read, Read)]
    [InlineData("1 2 2", Read, "${lookup asked,cache=no_rd{select 1}}", Read)]
    [InlineData("1 2", Read, "${lookup asked,cache=no{select 1}}")]
    public void An_answer_is_given_again_until_something_changes(string answers, params string[] templates)
    {
        var context = Context(new Asked());
        Assert.Equal(answers, string.Join(' ', templates.Select(template => ExpansionFixture.Be(template, context))));
    }

    [Fact]
    public void The_next_message_asks_again()
    {
        var context = Context(new Asked());
        Assert.Equal("1", ExpansionFixture.Be(Read, context));
        context.Message = new();
        Assert.Equal("2", ExpansionFixture.Be(Read, context));
    }

    [Fact]
    public void What_could_not_be_told_is_asked_again_and_what_is_not_there_is_not()
    {
        var lookup = new Asked { Result = new LookupResult.Deferred("down") };
        var context = Context(lookup);
        ExpansionFixture.Be(Read, context);
        lookup.Result = LookupResult.NotFound.Instance;
        Assert.Equal("no no", ExpansionFixture.Be("${lookup asked{select 1}{yes}{no}} ${lookup asked{select 1}{yes}{no}}", context));
        Assert.Equal(2, lookup.Count);
    }

    [Theory]
    [InlineData("select a from b", true)]
    [InlineData(" SELECT a from b; ", true)]
    [InlineData("servers=a:b; select a", true)]
    [InlineData("/some/file select a", true)]
    [InlineData("select a; delete from b", false)]
    [InlineData("insert into a values (1)", false)]
    [InlineData("servers=a; update b set c=1", false)]
    [InlineData("with x as (delete from y returning z) select z from x", false)]
    [InlineData("", false)]
    public void Only_a_single_select_reads(string query, bool isKept) =>
        Assert.Equal(isKept ? AnswerLife.Message : AnswerLife.ChangesOthers, QueryLife.Of(query));

    static ExpansionContext Context(Asked lookup) =>
        ExpansionFixture.Context(ExpansionFixture.Environment() with { Lookups = new Dictionary<string, ILookup> { ["asked"] = lookup }.ToFrozenDictionary() });

    /// <summary>Answers with the number of the question.</summary>
    sealed class Asked : ILookup
    {
        public int Count { get; private set; }
        public LookupResult? Result { get; set; }
        public string Type => "asked";
        public bool IsQuery => true;
        public AnswerLife LifeOf(string query) => QueryLife.Of(query);

        public LookupResult Find(LookupRequest request)
        {
            Count++;
            return Result ?? new LookupResult.Found(Value.Clean($"{Count}"));
        }
    }
}
