using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion;

/// <summary>Every name of Exim's expansion language is known: built, or reported as not built, but never "unknown".</summary>
public sealed class ExpansionNamesTests
{
    const string Items = """
        acl authresults certextract dlfunc env extract filter hash hmac if imapfolder length listextract listquote lookup map nhash perl prvs prvscheck readfile readsocket reduce run sg
        sort srs_encode substr tr
        """;

    const string Conditions = """
        < <= = == > >= acl and bool bool_lax crypteq def eq eqi exists first_delivery forall forall_json forall_jsons forany forany_json forany_jsons ge gei gt gti inbound_srs inlist inlisti
        isip isip4 isip6 ldapauth le lei lt lti match match_address match_domain match_ip match_local_part or pam queue_running radius saslauthd
        """;

    const string Operators = """
        address addresses base32 base32d base62 base62d base64 base64d domain escape escape8bit eval eval10 expand from_utf8 h hash headerwrap hex2b64 hexquote ipv6denorm ipv6norm l lc length
        listcount listnamed local_part mask md5 nh nhash quote quote_local_part randint reverse_ip rfc2047 rfc2047d rxquote s sha1 sha2 sha256 sha3 stat str2b64 strlen substr time_eval
        time_interval uc utf8_domain_from_alabel utf8_domain_to_alabel utf8_localpart_from_alabel utf8_localpart_to_alabel utf8clean xtextd
        """;

    [Fact]
    public void Every_item_is_known() => Assert.Empty(Words(Items).Except(ItemTable.Names));

    [Fact]
    public void Every_condition_is_known() => Assert.Empty(Words(Conditions).Except(ConditionTable.Names));

    [Fact]
    public void Every_operator_is_known() => Assert.Empty(Words(Operators).Except(OperatorTable.Names));

    [Fact]
    public void Every_variable_is_known_and_prints_something_or_nothing()
    {
        var variables = File.ReadAllLines(Path.Combine(ExpansionCases.Folder, "variables")).SelectMany(Words).ToList();
        Assert.True(variables.Count > 280);
        Assert.DoesNotContain(variables, name => VariableTable.Find(name, out _) is null);
        foreach (var name in variables.Where(name => name is not (['n', >= '0' and <= '9'] or ['s', 'n', >= '0' and <= '9'])))
            Assert.True(Template.Parse("$" + name, ExpansionFixture.At).Expand(ExpansionFixture.Context()).IsOk, name);
    }

    [Theory]
    [InlineData("${dlfunc{/x.so}{f}}", "${dlfunc is refused: ScriptMta loads no shared objects into itself; write the function in JavaScript and call ${js{function}{argument}…}")]
    [InlineData("${if radius{a}{y}{n}}", "support for \"radius\" not compiled: use pam with a RADIUS module (Debian's libpam-radius-auth)")]
    [InlineData("${nosuch{x}}", "\"${nosuch\" is not a known operator (or a } is missing in a variable reference)")]
    [InlineData("${js{f}}", null)]
    public void What_is_not_built_is_told_from_what_is_unknown_when_the_template_is_read(string text, string? error) =>
        Assert.Equal(error, Template.Parse(text, ExpansionFixture.At).SyntaxError);

    [Theory]
    [InlineData("$n0", "unknown variable name \"n0\"")]
    [InlineData("$sn9", "unknown variable name \"sn9\"")]
    public void Variables_of_filters_are_unknown_outside_of_filters(string text, string error) => Assert.Equal("Failed: " + error, ExpansionFixture.Be(text));

    static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
