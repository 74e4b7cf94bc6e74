using System.Diagnostics;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion.Lists;

/// <summary>Long lists are tables: they answer as if read from the start, and at once.</summary>
public sealed class LongListTests(ListWorld world) : IClassFixture<ListWorld>
{
    const int Lines = 100_000;
    // Milliseconds for a hundred questions, the best of twenty batches, since the machine of a build does other things, too. Read from the start, they would take 150 or more.
    const int Soon = 15;

    [Theory]
    [InlineData("n{0}.example", "domain", "n99999.example", "n100000.example")]
    [InlineData("*.n{0}.example", "domain", "a.b.n99999.example", "n99999.example")]
    [InlineData("u{0}@n.example", "address", "U99999@N.example", "u100000@n.example")]
    [InlineData("*@n{0}.example", "address", "x@n99999.example", "x@n100000.example")]
    [InlineData("n{0}.example", "address", "x@n99999.example", "x@x.n99999.example")]
    [InlineData("u{0}", "local_part", "u99999", "u100000")]
    public void A_file_of_a_hundred_thousand_names_answers_at_once(string line, string kind, string inside, string outside) =>
        Check(world.Write("long", Text(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, line, i))), kind, inside, outside);

    [Fact]
    public void A_file_of_a_hundred_thousand_networks_answers_at_once() =>
        Check(world.Write("long", Text(i => $"10.{i / 65536}.{i / 256 % 256}.{i % 256}/{(i % 3 == 0 ? 31 : 32)}")), "host", "10.1.134.159", "10.1.134.161");

    [Fact]
    public void Ten_thousand_items_of_an_option_answer_at_once()
    {
        var text = string.Join(" : ", Enumerable.Range(0, 10_000).Select(i => $"n{i}.example"));
        Check(text, "domain", "n9999.example", "n10000.example");
        Check("${if eq{a}{a}{" + text + "}}", "domain", "n9999.example", "n10000.example", limit: 100); // 130 kB are expanded each time
    }

    [Fact]
    public void A_table_answers_as_the_list_read_from_its_start()
    {
        string[] items = ["a.example", "*.b.example", "A.example", "x.b.example", "*.c.b.example", "b.example", "*.example", "d.example", "*.d.example", "e.example"];
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var list = items.OrderBy(_ => random.Next()).ToList();
            foreach (var subject in (string[])["a.example", "A.EXAMPLE", "x.b.example", "y.c.b.example", "example", "q.d.example", "z"])
            {
                var single = list.Select(item => Match(item, subject)).FirstOrDefault(data => data is not null);
                Assert.Equal(single, Match(string.Join(':', list), subject));
            }
        }
        string? Match(string list, string subject) => RuleList.Domains(ListWorld.At(list)).MatchDomain(subject, world.Context()).Data?.Text;
    }

    [Fact]
    public void A_table_of_addresses_counts_capitals_after_caseful()
    {
        var names = string.Join(" : ", Enumerable.Range(0, 20).Select(i => $"User{i}@x.example"));
        Assert.Equal(MatchKind.Yes, RuleList.Addresses(ListWorld.At($"+caseful : {names}")).MatchAddress("User7@X.example", world.Context()).Match.Kind);
        Assert.Equal(MatchKind.No, RuleList.Addresses(ListWorld.At($"+caseful : {names}")).MatchAddress("user7@x.example", world.Context()).Match.Kind);
        Assert.Equal("User7@x.example", RuleList.Addresses(ListWorld.At(names)).MatchAddress("user7@x.example", world.Context()).Data?.Text);
    }

    [Fact]
    public void A_table_of_networks_takes_the_first_that_holds_the_address()
    {
        var networks = "!10.0.0.1 : " + string.Join(" : ", Enumerable.Range(0, 20).Select(i => $"10.{i}.0.0/16")) + " : 10.0.0.0/8";
        Assert.False(RuleList.Hosts(ListWorld.At(networks)).MatchHost("10.0.0.1", world.Context()).Match.IsYes);
        Assert.True(RuleList.Hosts(ListWorld.At(networks)).MatchHost("10.19.255.255", world.Context()).Match.IsYes);
        Assert.True(RuleList.Hosts(ListWorld.At(networks)).MatchHost("::ffff:10.200.0.1", world.Context()).Match.IsYes);
        Assert.False(RuleList.Hosts(ListWorld.At(networks)).MatchHost("11.0.0.1", world.Context()).Match.IsYes);
    }

    [Fact]
    public void The_same_line_a_hundred_thousand_times_is_no_burden() => Check(world.Write("long", Text(_ => "same.example")), "domain", "same.example", "other.example");

    void Check(string list, string kind, string inside, string outside, int limit = Soon)
    {
        var (text, context) = (ListWorld.At(list), world.Context());
        var rules = kind switch { "domain" => RuleList.Domains(text), "address" => RuleList.Addresses(text), "local_part" => RuleList.LocalParts(text), _ => RuleList.Hosts(text) };
        Func<string, ListMatch> match = kind switch
        {
            "domain" => subject => rules.MatchDomain(subject, context),
            "address" => subject => rules.MatchAddress(subject, context),
            "local_part" => subject => rules.MatchLocalPart(subject, context),
            _ => subject => rules.MatchHost(subject, context),
        };
        Assert.True(match(inside).Match.IsYes);
        var fastest = Enumerable.Range(0, 20).Min(_ => Batch(match, inside, outside));
        Assert.True(fastest.TotalMilliseconds < limit, $"a hundred questions took {fastest.TotalMilliseconds} ms at best");
    }

    static TimeSpan Batch(Func<string, ListMatch> match, string inside, string outside)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 50; i++)
        {
            Assert.True(match(inside).Match.IsYes);
            Assert.Equal(MatchKind.No, match(outside).Match.Kind);
        }
        return watch.Elapsed;
    }

    static string Text(Func<int, string> line)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Lines; i++) text.Append(line(i)).Append('\n');
        return text.ToString();
    }
}
