using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion.Lists;

public sealed class RuleListTests(ListWorld world) : IClassFixture<ListWorld>
{
    public static TheoryData<string> Domains => Rows(ListCases.Domains);
    public static TheoryData<string> Addresses => Rows(ListCases.Addresses);
    public static TheoryData<string> LocalPartsAndHosts => Rows(ListCases.LocalPartsAndHosts);

    [Theory]
    [MemberData(nameof(Domains))]
    public void Domain_lists_answer_as_Exim_does(string row) => Check(row);

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Address_lists_answer_as_Exim_does(string row) => Check(row);

    [Theory]
    [MemberData(nameof(LocalPartsAndHosts))]
    public void Local_part_and_host_lists_answer_as_Exim_does(string row) => Check(row);

    [Fact]
    public void A_list_that_refers_to_itself_is_an_error_that_names_the_way()
    {
        var match = RuleList.Domains(ListWorld.At("+rec1")).MatchDomain("z.y", world.Context()).Match;
        Assert.True(match.IsDefer);
        Assert.Equal("the domain list \"+rec1\" (test.conf:1:1) refers to itself, by way of +rec1, +rec2", match.Reason);
    }

    [Fact]
    public void Long_lists_of_names_are_a_table_and_keep_their_signs()
    {
        var text = string.Join(" : ", Enumerable.Range(0, 20).Select(i => $"D{i}.example")) + " : !" + string.Join(" : !", Enumerable.Range(20, 20).Select(i => $"d{i}.example")) + " : *";
        var list = RuleList.Domains(ListWorld.At(text));
        var context = world.Context();
        Assert.Equal("D7.example", list.MatchDomain("d7.EXAMPLE", context).Data?.Text);
        Assert.Equal("d7.example", context.Captures.ElementAtOrDefault(0)?.Text);
        Assert.Equal(MatchKind.No, list.MatchDomain("d33.example", context).Match.Kind);
        Assert.Equal("*", list.MatchDomain("else.example", context).Data?.Text);
    }

    [Fact]
    public void A_changed_file_is_read_again()
    {
        var path = world.Write("changing", "one.example\n");
        var list = RuleList.Domains(ListWorld.At(path));
        Assert.False(list.MatchDomain("two.example", world.Context()).Match.IsYes);
        File.Move(world.Write("changing.new", "two.example\n"), path, overwrite: true);
        Assert.True(list.MatchDomain("two.example", world.Context()).Match.IsYes);
    }

    [Fact]
    public void A_match_is_traced_with_the_item()
    {
        var context = new ExpansionContext { Environment = world.Environment, Trace = new() };
        RuleList.Domains(ListWorld.At("x : *.example")).MatchDomain("a.example", context);
        Assert.Equal("yes: *.example", Assert.Single(context.Trace.Steps).Result);
    }

    [Fact]
    public void Data_of_the_configuration_and_of_files_is_clean_and_captures_are_tainted()
    {
        var context = world.Context();
        var match = RuleList.Domains(ListWorld.At("*.example")).MatchDomain("a.example", context);
        Assert.False(match.Data!.Value.IsTainted);
        Assert.True(context.Captures[1]!.Value.IsTainted);
        Assert.False(RuleList.Domains(ListWorld.At($"lsearch,ret=key;{world.Folder}/ls")).MatchDomain("beta.example", context).Data!.Value.IsTainted);
    }

    [Theory]
    [InlineData("${if eq{$sender_host_address}{}{v.example}{w.example}}", "v.example", "Yes v.example")]
    [InlineData("\\N^v\\.example$\\N", "v.example", "Yes ^v\\.example$")]
    [InlineData("x : ${if eq{1}{2}{v.example}fail}", "v.example", "No")]
    [InlineData("${lookup{alpha}lsearch{DIR/none}}", "v.example", "Defer")]
    [InlineData("$domain", "v.example", "Yes v.example tainted")]
    [InlineData("lsearch;DIR/$domain", "v.example", "Defer")]
    public void The_text_is_expanded_first(string text, string domain, string expected)
    {
        var context = world.Context();
        context.Address = new() { Domain = domain };
        var match = RuleList.Domains(ListWorld.At(text.Replace("DIR", world.Folder))).MatchDomain(domain, context);
        Assert.Equal(expected, $"{match.Match.Kind} {match.Data?.Text}{(match.Data is { IsTainted: true } ? " tainted" : "")}".Trim());
    }

    [Fact]
    public void An_expansion_that_fails_defers_with_the_list_in_the_reason() =>
        Assert.Equal("failed to expand \"${lookup{a}lsearch{/none}}\" while checking a list: failed to open /none for linear search: No such file or directory",
            RuleList.Domains(ListWorld.At("${lookup{a}lsearch{/none}}")).MatchDomain("x", world.Context()).Match.Reason);

    static TheoryData<string> Rows(string table) => [.. table.Split('\n')];

    void Check(string row)
    {
        var parts = row.Replace("DIR", world.Folder).Split(" ¦ ");
        var context = world.Context();
        var text = ListWorld.At(parts[2]);
        var match = parts[0] switch
        {
            "domain" => RuleList.Domains(text).MatchDomain(parts[1], context),
            "address" => RuleList.Addresses(text).MatchAddress(parts[1], context),
            "local_part" => RuleList.LocalParts(text).MatchLocalPart(parts[1], context),
            _ => RuleList.Hosts(text).MatchIp(parts[1], context),
        };
        Assert.Equal(parts[3].TrimEnd('|'), Answer(match, context).TrimEnd('|'));
    }

    static string Answer(ListMatch match, ExpansionContext context) => match.Match.Kind switch
    {
        MatchKind.Yes => $"Y|{match.Data?.Text}|{context.Captures.ElementAtOrDefault(0)?.Text}|{context.Captures.ElementAtOrDefault(1)?.Text}|{context.Captures.ElementAtOrDefault(2)?.Text}",
        MatchKind.No => $"N|{match.Data?.Text}",
        _ => $"D|{match.Match.Reason}",
    };
}
