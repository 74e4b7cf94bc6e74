using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion;

/// <summary>What a stranger chose stays marked through every item and operator, and is refused where it could be obeyed (Exim 11.2, CVE-2019-10149 and its kin).</summary>
public sealed class TaintTests
{
    [Theory]
    [InlineData("$local_part")]
    [InlineData("a${lc:$local_part}b")]
    [InlineData("${if eq{1}{1}{$local_part}}")]
    [InlineData("${extract{1}{:}{$local_part}}")]
    [InlineData("${map{$local_part:x}{$item}}")]
    [InlineData("${filter{x:$local_part}{eq{1}{1}}}")]
    [InlineData("${reduce{a:b}{}{$value$local_part}}")]
    [InlineData("${sort{$local_part:a}{lt}{$item}}")]
    [InlineData("${sg{$local_part}{x}{y}}")]
    [InlineData("${if match{$local_part}{(.*)}{$1}}")]
    [InlineData("${tr{$local_part}{a}{b}}")]
    [InlineData("${listextract{1}{$local_part}}")]
    [InlineData("${base64:$local_part}")]
    [InlineData("${quote:$local_part}")]
    [InlineData("${rfc2047:$local_part}")]
    [InlineData("${substr_0_2:$local_part}")]
    [InlineData("${sg{abc}{b}{$local_part}}")]
    public void What_came_from_outside_stays_tainted(string template) => Assert.True(Expand(template).Value.IsTainted, template);

    [Theory]
    [InlineData("$local_part_data")]
    [InlineData("${if eq{$local_part}{joe}{yes}}")]
    [InlineData("${strlen:$local_part}")]
    [InlineData("${if inlist{$local_part}{ann:joe}{$value}}")]
    [InlineData("${if match_local_part{$local_part}{joe}{$value}}")]
    [InlineData("${lookup{$local_part}lsearch,ret=key{/etc/passwd}{$value}{none}}")]
    [InlineData("$primary_hostname")]
    public void What_trusted_data_gave_is_clean(string template)
    {
        var result = Expand(template);
        Assert.True(result.IsOk, result.Error);
        Assert.False(result.Value.IsTainted, template);
    }

    [Theory]
    [InlineData("${expand:$local_part}", "attempt to expand tainted string 'joe'")]
    [InlineData("${sg{abc}{b}{$local_part\\$0}}", "attempt to expand tainted string 'joe$0'")]
    [InlineData("${readfile{$local_part}}", "Tainted filename 'joe'")]
    [InlineData("${lookup{x}lsearch{/tmp/$local_part}}", "Tainted filename for search: '/tmp/joe'")]
    [InlineData("${run{$local_part}}", "Attempt to exec tainted path: 'joe'")]
    [InlineData("${acl{$local_part}}", "ERROR from acl \"joe\": attempt to use tainted ACL text \"joe\"")]
    public void A_sink_refuses_tainted_text(string template, string error)
    {
        var result = Expand(template);
        Assert.Equal(ExpandedKind.Failed, result.Kind);
        Assert.Contains(error, result.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Text_from_outside_is_never_taken_for_a_template()
    {
        var context = ExpansionFixture.Context();
        context.Address.LocalPart = "${run{/bin/touch /tmp/pwned}}";
        Assert.Equal("${run{/bin/touch /tmp/pwned}}", ExpansionFixture.Be("${lc:$local_part}", context));
        Assert.Equal("${run{/bin/touch /tmp/pwned}}:x", ExpansionFixture.Be("${map{$local_part:x}{$item}}", context));
        Assert.StartsWith("Failed: error in expression evaluation", ExpansionFixture.Be("${eval:$local_part}", context), StringComparison.Ordinal);
    }

    [Fact]
    public void Quoting_marks_for_one_lookup_type_only()
    {
        Assert.Equal(Taint.Quoted("mysql"), Expand("${quote_mysql:$local_part}").Value.Taint);
        Assert.Equal(Taint.Tainted, Expand("${quote_mysql:$local_part}${quote_pgsql:$local_part}").Value.Taint);
        Assert.Equal(Taint.Quoted("mysql"), Expand("select ${quote_mysql:$local_part} from x").Value.Taint);
        Assert.Equal(Taint.Clean, Expand("${quote_mysql:clean}").Value.Taint);
    }

    [Theory]
    [InlineData("${lookup{x}lsearch{/etc/$domain/$local_part}}", "Tainted filename for search: '/etc/y.example/joe' (use $local_part_data instead of $local_part, $domain_data instead of $domain)")]
    [InlineData("${readfile{/etc/${lc:$domain}}}", "Tainted filename '/etc/y.example' (use $domain_data instead of $domain)")]
    [InlineData("${expand:$local_part$domain}", "attempt to expand tainted string 'joey.example' (use $local_part_data instead of $local_part, $domain_data instead of $domain)")]
    [InlineData("${expand:${local_part}}", "attempt to expand tainted string 'joe' (use $local_part_data instead of $local_part)")]
    public void An_expansion_that_fails_of_taint_names_the_clean_variable(string template, string error)
    {
        var context = ExpansionFixture.Context();
        (context.Address.LocalPart, context.Address.Domain) = ("joe", "y.example");
        Assert.EndsWith(error, Template.Parse(template, ExpansionFixture.At).Expand(context).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_names_a_tainted_file_names_the_clean_variable()
    {
        var context = ExpansionFixture.Context();
        context.Address.Domain = "y.example";
        Assert.Equal("Tainted filename for search: '/etc/y.example' (use $domain_data instead of $domain)",
            RuleList.LocalParts(new("lsearch;/etc/$domain", ExpansionFixture.At)).MatchLocalPart("joe", context).Match.Reason);
    }

    [Fact]
    public void A_sink_names_the_clean_variable()
    {
        var template = Template.Parse("/var/mail/$domain/$local_part", ExpansionFixture.At);
        var error = Sinks.FileName(Value.Tainted("/var/mail/d/joe"), "file or directory name for local_delivery transport", template);
        Assert.Equal("Tainted '/var/mail/d/joe' (file or directory name for local_delivery transport) not permitted (use $local_part_data instead of $local_part, $domain_data instead of $domain)", error);
        Assert.Null(Sinks.FileName(Value.Clean("/var/mail/joe"), "file"));
        Assert.DoesNotContain("instead", Sinks.FileName(Value.Tainted("x"), "file", Template.Parse("$local_part_data", ExpansionFixture.At))!, StringComparison.Ordinal);
    }

    static Expanded Expand(string template)
    {
        var context = ExpansionFixture.Context();
        context.Address.LocalPart = "joe";
        context.Address.LocalPartData = Value.Clean("joe");
        return Template.Parse(template, ExpansionFixture.At).Expand(context);
    }
}
