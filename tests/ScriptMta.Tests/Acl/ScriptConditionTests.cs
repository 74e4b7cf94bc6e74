using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Tests.Scripting;

namespace ScriptMta.Tests.Acl;

/// <summary>js = function, inside a list at RCPT.</summary>
public sealed class ScriptConditionTests : IDisposable
{
    readonly ScriptWorld _world = new("""
        function yes() { return true; }
        function no() { return false; }
        function says(mta, verdict) { return { verdict: verdict, text: 'from the script', log: 'why', headers: { 'X-By': 'script' } }; }
        function sets(mta, text) { return { result: true, set: { acl_m_note: text + mta.recipient.localPart } }; }
        function breaks() { return nothing.there; }
        """);

    [Theory]
    [InlineData("accept js = yes|deny", "Accept  ")]
    [InlineData("accept js = no|deny", "Deny  ")]
    [InlineData("accept !js = no|deny", "Accept  ")]
    [InlineData("warn js = says deny|accept", "Deny from the script why")]
    [InlineData("deny js = says accept|deny", "Accept from the script why")]
    [InlineData("deny !js = says accept|deny", "Accept from the script why")]
    [InlineData("accept js = says defer", "Defer from the script why")]
    [InlineData("accept js = says discard", "Discard from the script why")]
    [InlineData("accept acl = inner|deny", "Accept  ")]
    [InlineData("warn acl = inner|deny message = outer", "Deny outer outer")]
    [InlineData("accept js = breaks", "Defer  script function \"breaks\": test.js:5")]
    public async Task A_function_is_a_condition_or_ends_the_list(string list, string expected)
    {
        var verdict = await Run(list, new AclSession(), _world.Context());
        Assert.StartsWith(expected, $"{verdict.Kind} {verdict.UserText} {verdict.LogText}");
    }

    [Fact]
    public async Task Headers_and_variables_that_it_gives_are_kept()
    {
        var (session, context) = (new AclSession(), _world.Context());
        await Run("warn js = sets hello-|accept js = says accept", session, context);
        Assert.Equal("hello-support", context.Message.AclVariables["_note"].Text);
        Assert.Equal("X-By: script", Assert.Single(session.HeadersAdd).Field.ToString());
    }

    [Fact]
    public void A_function_that_no_script_defines_is_a_configuration_error()
    {
        var problems = new ProblemList();
        ScriptCondition.Check(Set("accept !js = nosuch arg|deny js = yes", problems), _world.Pool, problems);
        Assert.Equal("ACL \"main\": no script defines the function \"nosuch\" (js_files define breaks, no, says, sets, yes)", Assert.Single(problems.All).Message);
    }

    ValueTask<AclVerdict> Run(string list, AclSession session, ExpansionContext context) =>
        new AclRunner(Set(list, new ProblemList()), null).RunAsync(AclWhere.Rcpt, session, context, CancellationToken.None);

    static AclSet Set(string list, ProblemList problems)
    {
        var options = new Template?[Enum.GetValues<AclWhere>().Length];
        options[(int)AclWhere.Rcpt] = Template.Parse("main", At(1));
        return AclSet.Load([Block("main", list), Block("inner", "warn js = says accept|deny")], options, problems);
    }

    static AclBlock Block(string name, string list) => new(name, At(1), [.. list.Split('|').Select((line, i) => new LogicalLine(line, At(i + 2)))]);

    static SourceLocation At(int line) => new("acl.conf", line, 1);

    public void Dispose() => _world.Dispose();
}
