using System.Runtime.CompilerServices;
using ScriptMta.Expansion;
using ScriptMta.Scripting;

namespace ScriptMta.Tests.Scripting;

/// <summary>rules/forged-sender.js.</summary>
public sealed class ForgedSenderTests : IDisposable
{
    readonly ScriptWorld _world = new(File.ReadAllText(Rule()));

    [Theory]
    [InlineData("From: Boss <boss@example.com>", "example.com")]
    [InlineData("From: boss@Example.COM", "example.com")]
    [InlineData("From: \"boss@example.com\" <x@far.example>", "example.com")]
    [InlineData("From: x@far.example, y@sub.example.com", "sub.example.com")]
    [InlineData("From: =?utf-8?Q?boss=40example.com?= <x@far.example>", "example.com")]
    public void From_with_one_of_our_domains_is_refused(string from, string domain)
    {
        var answer = Assert.IsType<AclScriptOutcome.Ends>(Decide(_world.Context(from)));
        Assert.Equal((ScriptVerdict.Deny, $"550 5.7.1 From: names {domain}, and you are not one of its users"), (answer.Verdict, answer.Text));
        Assert.Equal($"forged From: with {domain} over TLS1.3", answer.LogText);
    }

    [Fact]
    public void A_stranger_who_says_so_goes_on_without_spam_headers()
    {
        var context = _world.Context("From: x@far.example", "X-Spam-Score: 0");
        var answer = Assert.IsType<AclScriptOutcome.Holds>(Decide(context));
        Assert.False(answer.Value);
        Assert.Equal(["X-Spam-*"], answer.Removed);
        Assert.Equal("yes", context.Message.AclVariables["_stranger"].Text);
    }

    [Fact]
    public void Who_is_known_may_write_what_they_like()
    {
        var known = _world.Context("From: boss@example.com");
        known.Connection.AuthenticatedId = "boss";
        var local = _world.Context("From: boss@example.com");
        local.Connection.HostAddress = "";
        foreach (var context in (ExpansionContext[])[known, local]) Assert.Equal(new AclScriptOutcome.Holds(false), Decide(context));
    }

    AclScriptOutcome Decide(ExpansionContext context)
    {
        context.Variables["tls_in_ver"] = Value.Clean("TLS1.3");
        var outcome = _world.Pool.DecideAcl("forgedSender", [Value.Clean("example.com : *.example.com")], context);
        Assert.Equal("", _world.Log);
        return outcome;
    }

    static string Rule([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../../rules/forged-sender.js");

    public void Dispose() => _world.Dispose();
}
