using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Queue;

/// <summary>What follows from a reply: nothing is sent for a time, or no more than so many deliveries go at once for a time.</summary>
readonly record struct BackOff(TimeSpan Pause, int Connections, TimeSpan For)
{
    /// <summary>How long fewer connections last where for= does not say it.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(15);
}

/// <summary>
/// destination_backoff, an addition of ours: what a server's temporary or permanent refusal means for everything else that waits for it. A list of
/// <c>code [domain-pattern] [mx=host-pattern] [text="pattern"] pause=time | connections=N [for=time]</c>; x in the code is any digit, the text is a pattern with * and ?. The first that fits counts.
/// </summary>
sealed class BackOffRules(IReadOnlyList<BackOffRules.Rule> rules)
{
    internal sealed record Rule(string Code, DestinationPattern For, string? Text, BackOff Then);

    public static readonly BackOffRules None = new([]);

    public static BackOffRules From(OptionReader main)
    {
        if (main.Text("destination_backoff") is not { } text) return None;
        var rules = new List<Rule>();
        foreach (var item in ListSyntax.Split(text.Text).Where(i => i.Text.Length > 0))
        {
            var words = RuleWords.Of(item.Text, "mx", "text", "pause", "connections", "for");
            if (words.Plain.Count is 0 or > 2 || !IsCode(words.Plain[0])) words.Fail("a reply code such as 421 or 4xx is needed first");
            var then = new BackOff(words.Duration("pause"), words.Count("connections"), words.Duration("for") is var time && time > TimeSpan.Zero ? time : BackOff.Usual);
            if (then is { Connections: 0 } && then.Pause == TimeSpan.Zero) words.Fail("pause=time or connections=N is needed");
            if (words.Problem is { } wrong) main.Error("destination_backoff", $"\"{item.Text}\": {wrong}");
            else rules.Add(new(words.Plain[0], DestinationPattern.Of(words.Plain.ElementAtOrDefault(1), words["mx"], text.At), words["text"], then));
        }
        return new(rules);
    }

    static bool IsCode(string text) => text.Length == 3 && text[0] is '4' or '5' && text.Skip(1).All(c => c is 'x' or 'X' || char.IsAsciiDigit(c));

    public bool IsEmpty => rules.Count == 0;

    /// <param name="reply">As the server said it, code first.</param>
    public BackOff? Find(string reply, DestinationName name, ExpansionContext context)
    {
        foreach (var rule in rules)
            if (HasCode(reply, rule.Code) && (rule.Text is null || WordPattern.Matches($"*{rule.Text}*", reply)) && rule.For.Matches(name, context)) return rule.Then;
        return null;
    }

    static bool HasCode(string reply, string code)
    {
        if (reply.Length < 3) return false;
        for (var i = 0; i < 3; i++)
            if (code[i] is not ('x' or 'X') && code[i] != reply[i]) return false;
        return true;
    }
}
