using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Hosting;

/// <summary>${acl and the acl condition with real ACLs: what each verb's end comes to, as in Exim. The arguments are in cases/rules.txt.</summary>
public sealed class AclItemTests
{
    [Theory]
    [InlineData("${acl{yes}{a}{b}}", "yes a,b,/2")]
    [InlineData("${acl{silent}}", "")]
    [InlineData("${acl{no}}", "no")]
    [InlineData("${acl{later}}", "Failed: DEFER from acl \"later\": not now")]
    [InlineData("${acl{dropping}}", "Failed: FAIL_DROP from acl \"dropping\": go")]
    [InlineData("${acl{nowhere/at/all}}", "Failed: ERROR from acl \"nowhere/at/all\": ")]
    [InlineData("${if acl{{yes}}{y $value}{n $value}}", "y yes ,,/0")]
    [InlineData("${if acl{{no}}{y $value}{n $value}}", "n no")]
    [InlineData("${if acl{{dropping}}{y}{n}}", "Failed: FAIL_DROP from acl \"dropping\": go")]
    [InlineData("${if acl{{later}}{y}{n}}", "Failed: DEFER from acl \"later\": not now")]
    [InlineData("${acl{yes}{a}}$acl_arg1/$acl_narg", "yes a,,/1/0")]
    public void Each_end_of_an_ACL_is_a_text_or_an_error(string template, string result)
    {
        using var site = new Site();
        var loaded = site.Load("""
            primary_hostname = mx.test.org
            spool_directory = DIR/spool
            begin acl
            yes:
              accept message = yes $acl_arg1,$acl_arg2,$acl_arg9/$acl_narg
            silent:
              accept
            no:
              deny message = no
            later:
              defer message = not now
            dropping:
              drop message = go
            """);
        Assert.NotNull(loaded);
        Assert.StartsWith(result, ExpansionFixture.Be(template, ExpansionFixture.Context(loaded.Environment)), StringComparison.Ordinal);
    }
}
