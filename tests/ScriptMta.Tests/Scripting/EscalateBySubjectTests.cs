using System.Runtime.CompilerServices;
using ScriptMta.Scripting;

namespace ScriptMta.Tests.Scripting;

/// <summary>The rule that ships as rules/escalate-by-subject.js.</summary>
public sealed class EscalateBySubjectTests
{
    [Theory]
    [InlineData("Subject: Production Problem in hall 4")]
    [InlineData("Subject: Re: production problem")]
    [InlineData("Subject: =?utf-8?q?Production?=\n =?utf-8?q?_Problem?=")]
    [InlineData("Subject: a Production\n Problem")]
    public void A_subject_with_the_phrase_goes_to_the_people_on_call_with_high_priority(string subject)
    {
        using var world = World("support@example.com: Alice@example.com, bob@example.com\n*: duty@example.com\n");
        var redirect = Assert.IsType<RouterScriptOutcome.Redirect>(Route(world, subject));
        Assert.Equal(["alice@example.com", "bob@example.com"], redirect.Addresses.Select(a => a.Text));
        Assert.Equal("X-Priority: 1", Assert.Single(redirect.Headers).ToString());
        Assert.Contains("script: escalated <support@example.com> to alice@example.com, bob@example.com", world.Log);
    }

    [Theory]
    [InlineData("Subject: all is well")]
    [InlineData("Subject: Production is fine, no Problem")]
    [InlineData("X-Subject: Production Problem")]
    public void Any_other_message_goes_on_to_the_next_router(string header)
    {
        using var world = World("*: duty@example.com\n");
        Assert.IsType<RouterScriptOutcome.Decline>(Route(world, header));
    }

    [Fact]
    public void A_star_line_is_for_all_other_addresses()
    {
        using var world = World("sales@example.com: s@example.com\n*: duty@example.com\n");
        Assert.Equal("duty@example.com", Assert.IsType<RouterScriptOutcome.Redirect>(Route(world, "Subject: production problem")).Addresses.Single().Text);
    }

    [Fact]
    public void The_people_on_call_are_not_sent_round_again()
    {
        using var world = World("*: support@example.com, duty@example.com\n");
        Assert.IsType<RouterScriptOutcome.Decline>(Route(world, "Subject: production problem"));
    }

    [Fact]
    public void Without_a_list_or_a_line_the_message_waits_and_the_log_says_why()
    {
        using var world = World(null);
        Assert.Contains("on-call for linear search: No such file or directory", Assert.IsType<RouterScriptOutcome.Defer>(Route(world, "Subject: production problem")).Text);
        world.Write("on-call", "sales@example.com: s@example.com\n");
        Assert.Equal("nobody is on call for support@example.com: add a line to on-call", Assert.IsType<RouterScriptOutcome.Defer>(Route(world, "Subject: production problem")).Text);
    }

    [Fact]
    public void Phrase_file_and_priority_can_be_set_by_a_script_before_it()
    {
        using var world = World("*: duty@example.com\n", "var escalation = { phrase: 'Disk full', priority: '2' };\n");
        Assert.IsType<RouterScriptOutcome.Decline>(Route(world, "Subject: production problem"));
        Assert.Equal("X-Priority: 2", Assert.Single(Route(world, "Subject: disk FULL").Headers).ToString());
    }

    static ScriptWorld World(string? onCall, string before = "")
    {
        var world = new ScriptWorld(before + File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../../rules/escalate-by-subject.js")));
        Assert.Empty(world.Problems.All);
        if (onCall is not null) world.Write("on-call", onCall);
        return world;
    }

    static RouterScriptOutcome Route(ScriptWorld world, string header) => world.Pool.DecideRoute("escalateBySubject", [], world.Context(header));

    static string Here([CallerFilePath] string path = "") => path;
}
