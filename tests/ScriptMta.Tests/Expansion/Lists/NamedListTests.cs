using System.Collections.Frozen;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Tests.Expansion.Lists;

/// <summary>Exim 10.8: while a message is processed, a named list is asked once for each subject, if it is sure to be the same.</summary>
public sealed class NamedListTests(ListWorld world) : IClassFixture<ListWorld>
{
    [Theory]
    [InlineData("counted;x", false, 1)]
    [InlineData("counted;${lc:X}", false, 3)]
    [InlineData("counted;${lc:X}", true, 1)]
    [InlineData("a.example : counted;x", false, 1)]
    [InlineData("+varying", false, 3)]
    [InlineData("+cached", false, 1)]
    [InlineData("!counted;x", false, 1)]
    public void A_list_is_asked_once_unless_it_is_expanded(string text, bool cache, int asked)
    {
        var (lookup, context) = Context(text, cache);
        var answers = Enumerable.Range(0, 3).Select(_ => Ask("+list", "d.example", context)).Distinct();
        Assert.Single(answers);
        Assert.Equal(asked, lookup.Asked);
    }

    [Fact]
    public void Another_subject_and_another_message_ask_again()
    {
        var (lookup, context) = Context("counted;x", false);
        Ask("+list", "d.example", context);
        Ask("+list", "e.example", context);
        Assert.Equal(2, lookup.Asked);
        context.Message = new();
        Ask("+list", "d.example", context);
        Assert.Equal(3, lookup.Asked);
    }

    [Fact]
    public void An_answer_that_is_kept_has_its_data_and_captures()
    {
        var (lookup, context) = Context("^(d)[.]", false);
        Assert.Equal("Yes ^(d)[.] d", Ask("+list", "d.example", context));
        context.Captures = [];
        Assert.Equal("Yes ^(d)[.] d", Ask("+list", "d.example", context));
        Assert.Equal(0, lookup.Asked);
    }

    [Fact]
    public void A_defer_is_asked_again()
    {
        var (lookup, context) = Context("counted;x", false);
        lookup.Result = new LookupResult.Deferred("busy");
        Assert.Equal("Defer  ", Ask("+list", "d.example", context));
        lookup.Result = new LookupResult.Found(Value.Clean("here"));
        Assert.Equal("Yes here ", Ask("+list", "d.example", context));
        Assert.Equal(2, lookup.Asked);
    }

    [Fact]
    public void The_domain_of_an_address_asks_the_list_of_domains_once()
    {
        var (lookup, context) = Context("counted;x", false);
        var list = RuleList.Addresses(ListWorld.At("*@+list"));
        Assert.True(list.MatchAddress("a@d.example", context).Match.IsYes);
        Assert.True(list.MatchAddress("b@d.example", context).Match.IsYes);
        Assert.Equal(1, lookup.Asked);
    }

    [Fact]
    public void A_ring_of_lists_is_an_error_even_through_an_address_list()
    {
        var (_, context) = Context("+ring", false);
        Assert.Contains("refers to itself", RuleList.Addresses(ListWorld.At("*@+list")).MatchAddress("a@d.example", context).Match.Reason);
    }

    [Fact]
    public void Ten_thousand_lists_in_one_another_are_an_error_and_no_crash()
    {
        var chain = Enumerable.Range(0, 10_000).Select(i => List($"l{i}", $"+l{i + 1}", false));
        var environment = world.Environment with { NamedLists = chain.ToFrozenDictionary(list => (list.Kind, list.Name)) };
        var match = RuleList.Domains(ListWorld.At("+l0")).MatchDomain("d.example", new ExpansionContext { Environment = environment }).Match;
        Assert.Equal("named lists nested too deeply at \"+l100\" (more than 100 in one another)", match.Reason);
    }

    static string Ask(string list, string domain, ExpansionContext context)
    {
        var match = RuleList.Domains(ListWorld.At(list)).MatchDomain(domain, context);
        return $"{match.Match.Kind} {match.Data?.Text} {context.Captures.ElementAtOrDefault(1)?.Text}";
    }

    (Counted, ExpansionContext) Context(string text, bool cache)
    {
        var lookup = new Counted();
        NamedList[] lists = [List("list", text, cache), List("varying", "counted;${lc:X}", false), List("cached", "counted;${lc:X}", true), List("ring", "+list", false)];
        var environment = world.Environment with
        {
            Lookups = new Dictionary<string, ILookup> { ["counted"] = lookup }.ToFrozenDictionary(), NamedLists = lists.ToFrozenDictionary(list => (list.Kind, list.Name)),
        };
        return (lookup, new ExpansionContext { Environment = environment });
    }

    static NamedList List(string name, string text, bool cache) => new(NamedListKind.Domain, name, ListWorld.At(text), cache);

    sealed class Counted : ILookup
    {
        public int Asked { get; private set; }
        public LookupResult Result { get; set; } = new LookupResult.Found(Value.Clean("here"));
        public string Type => "counted";
        public bool IsQuery => false;

        public LookupResult Find(LookupRequest request)
        {
            Asked++;
            return Result;
        }
    }
}
