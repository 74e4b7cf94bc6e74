using ScriptMta.Expansion;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Lookups;

/// <summary>What a stranger chose reaches a database only quoted for it, and then changes nothing of the query.</summary>
[Collection(DatabaseGroup.Name)]
public sealed class DatabaseTaintTests(DatabaseServers servers)
{
    [Theory]
    [InlineData("${lookup pgsql{select '$local_part'}}")]
    [InlineData("${lookup pgsql{select '${quote_mysql:$local_part}'}}")]
    [InlineData("${lookup mysql{select '$local_part'}}")]
    [InlineData("${lookup mysql{select '${quote_sqlite:$local_part}'}}")]
    [InlineData("${lookup sqlite{select '$local_part'}}")]
    [InlineData("${lookup sqlite{select '${quote_sqlite:$local_part}$local_part'}}")]
    [InlineData("${lookup redis{get $local_part}}")]
    [InlineData("${lookup ldap{ldap:///o=base??sub?(uid=$local_part)}}")]
    [InlineData("${lookup ldap{ldap:///o=base??sub?(uid=${quote_pgsql:$local_part})}}")]
    public void Text_that_is_not_quoted_for_the_type_is_refused(string template) => Assert.Contains("not properly quoted", Expand(template, "ann").Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("pgsql", "E")]
    [InlineData("mysql", "")]
    [InlineData("sqlite", "")]
    public void Quoted_text_is_data_whatever_is_in_it(string type, string prefix)
    {
        foreach (var text in new[] { "ann", "x'; drop table users; --", "\\'; drop table users; --", "a\\", "\\\\'", "'\"`%_\n\r\tb", "%s", "';select 1;'", "\\b" })
            Assert.Equal(text, Expand($"${{lookup {type}{{select {prefix}'${{quote_{type}:$local_part}}'}}}}", text).Text);
        Assert.Equal("Ann A", Expand($"${{lookup {type}{{select name from users where id='ann'}}}}", "x").Text);
    }

    [Fact]
    public void Quoted_words_stay_words_of_a_redis_command()
    {
        foreach (var text in new[] { "plain", "two words", "tab\tand\nlines", "back\\slash", "\"quotes'", "\\" })
        {
            Assert.Equal("OK", Expand("${lookup redis{set ${quote_redis:k$local_part} ${quote_redis:$local_part}}}", text).Text);
            Assert.Equal(text, Expand("${lookup redis{get ${quote_redis:k$local_part}}}", text).Text);
        }
    }

    [Theory]
    [InlineData("*")]
    [InlineData("fred)(uid=*")]
    [InlineData("\\2a")]
    [InlineData("a?b#c/d e%")]
    public void Quoted_text_is_no_part_of_an_LDAP_filter_or_name(string text)
    {
        Assert.Equal("no", Expand("${lookup ldapm{ldap:///o=base?uid?sub?(uid=${quote_ldap:$local_part})}{$value}{no}}", text).Text);
        Assert.Equal("no", Expand("${lookup ldapdn{ldap:///uid=${quote_ldap_dn:$local_part},o=base?uid?sub?}{$value}{no}}", text).Text);
    }

    [Fact]
    public void What_is_quoted_for_one_LDAP_type_is_for_all() =>
        Assert.Equal("fred fred", Expand("${lookup ldapm{ldap:///o=base?uid?sub?(uid=${quote_ldap:$local_part})}} ${lookup ldap{ldap:///o=base?uid?sub?(uid=${quote_ldapm:$local_part})}}", "fred").Text);

    [Fact]
    public void A_stranger_chooses_no_file_and_no_server()
    {
        Assert.StartsWith("Tainted filename for search: ", Expand("${lookup sqlite{/tmp/x select '${quote_sqlite:$local_part}'}}", "x").Error, StringComparison.Ordinal);
        Assert.Contains("PostgreSQL server \"127.0.0.1:1/a/b/c\" is tainted", Expand("${lookup pgsql{servers=127.0.0.1::1/a/b/c; select '${quote_pgsql:$local_part}'}}", "x").Error, StringComparison.Ordinal);
        Assert.Equal("x", Expand(servers.Filled("${lookup pgsql,servers=127.0.0.1::@PG@/postgres/exim/{select '${quote_pgsql:$local_part}'}}"), "x").Text);
    }

    Expanded Expand(string template, string localPart)
    {
        var context = ExpansionFixture.Context(servers.Environment());
        context.Address.LocalPart = localPart;
        return Template.Parse(template, ExpansionFixture.At).Expand(context);
    }
}
