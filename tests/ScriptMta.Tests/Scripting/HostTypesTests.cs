using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ScriptMta.Scripting;

namespace ScriptMta.Tests.Scripting;

/// <summary>rules/scriptmta.d.ts describes the host API as it is.</summary>
public sealed class HostTypesTests
{
    [Theory]
    [InlineData("Mta", "mta")]
    [InlineData("Message", "mta.message")]
    [InlineData("Headers", "mta.message.headers")]
    [InlineData("Envelope", "mta.envelope")]
    [InlineData("Connection", "mta.connection")]
    [InlineData("Tls", "mta.connection.tls")]
    [InlineData("Recipient", "mta.recipient")]
    public void Each_interface_has_the_members_that_scripts_find(string name, string expression)
    {
        using var world = new ScriptWorld($"function f(mta) {{ return {{ fail: Object.keys({expression}).sort().join() }}; }}");
        var found = Assert.IsType<RouterScriptOutcome.Fail>(world.Pool.DecideRoute("f", [], world.Context())).Text;
        Assert.Equal(string.Join(',', Members(name)), found);
    }

    [Theory]
    [InlineData("log")]
    [InlineData("lookup")]
    [InlineData("variable")]
    [InlineData("match")]
    public void Each_declared_global_exists(string name)
    {
        Assert.Matches($@"declare (function|const) {name}\b", Types());
        using var world = new ScriptWorld($"function f() {{ return typeof {name}; }}");
        Assert.NotEqual("undefined", world.Call("f"));
    }

    static IEnumerable<string> Members(string name)
    {
        var body = Regex.Match(Types(), $@"^interface {name} \{{\n(.*?)^\}}", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        return Regex.Matches(body, @"^  (?:readonly )?(\w+)[?(:]", RegexOptions.Multiline).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal);
    }

    static string Types([CallerFilePath] string here = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../rules/scriptmta.d.ts"));
}
