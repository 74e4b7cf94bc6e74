using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Filtering;
using ScriptMta.Mail;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Filtering;

/// <summary>The message and user with which the cases were run through "exim4 -bf" and "-bF".</summary>
static class FilterFixture
{
    const string Message = "From: Joe <joe@example.org>\nTo: root@test.org, Bob <bob@example.com>\nSubject: Production Problem: [db] down\nX-A: one\n\nbody text here\n";

    public static readonly AddressRules Addresses = new() { AllowDomainLiterals = true };

    public static ExpansionContext Context() => new()
    {
        Environment = ExpansionFixture.Environment() with { QualifyDomain = "test.org", QualifyRecipient = "test.org", PrimaryHostname = "mx.test.org" },
        Message = new()
        {
            Sender = new("root", "test.org"), Headers = HeaderParser.Parse(Message, HeaderLimits.Default).Headers, FirstDelivery = true,
            BodyStart = _ => Latin1.Encode("body text here\n"), BodyEnd = _ => Latin1.Encode("body text here\n"),
        },
        Address = new() { LocalPart = "root", Domain = "test.org", Home = Value.Clean("/root") },
    };

    public static FilterRules Rules(FilterKind kind) => new() { Kind = kind, Addresses = Addresses };

    public static FilterResult Run(string commands, FilterRules? rules = null, ExpansionContext? context = null)
    {
        var program = FilterProgram.Parse("# Exim filter\n" + commands + "\n", "test.filter", rules ?? Rules(FilterKind.User), out var problems);
        Assert.True(program is not null, string.Concat(problems));
        return program.Run(context ?? Context());
    }

    public static FilterResult.Done Done(string commands, FilterRules? rules = null, ExpansionContext? context = null) =>
        Assert.IsType<FilterResult.Done>(Run(commands, rules, context));

    /// <summary>As the oracle prints it, with "significant" or "ended" as the last line.</summary>
    public static string Printed(string commands, FilterKind kind)
    {
        var program = FilterProgram.Parse("# Exim filter\n" + commands + "\n", "test.filter", Rules(kind), out var problems);
        if (program is null) return $"Filter error: {problems[0].Text}\n";
        var context = Context();
        if (kind == FilterKind.System)
        {
            context.Address = new() { LocalPart = "root", Domain = "test.org", Home = Value.Clean("/root") };
            context.Message.Recipients.Add(new("root", "test.org"));
        }
        List<string> listing = [];
        var result = program.Run(context, listing);
        listing.AddRange(result switch
        {
            FilterResult.Failed failed => ["Filter error: " + failed.Error],
            FilterResult.Done { Actions: [.., FilterAction.Fail or FilterAction.Freeze or FilterAction.Defer] } => ["ended"],
            FilterResult.Done { IsSignificant: true } => ["significant"],
            _ => [],
        });
        return string.Concat(listing.Select(l => l + "\n"));
    }
}
