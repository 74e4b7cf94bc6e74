using System.Collections.Immutable;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Filtering;

/// <summary>filter.txt 3.27 to 3.29: written by a person to this user, not by a list, a robot or the user.</summary>
sealed record PersonalCondition(ImmutableArray<Template> Aliases) : FilterCondition
{
    static readonly string[] ListFields = ["List-Id", "List-Help", "List-Subscribe", "List-Unsubscribe", "List-Post", "List-Owner", "List-Archive"];
    static readonly string[] Precedences = ["bulk", "list", "junk"];
    static readonly string[] Robots = ["server@", "daemon@", "root@", "listserv@", "majordomo@", "-request@"];

    public override bool IsTrue(FilterRun run)
    {
        var message = run.Context.Message;
        var headers = message.Headers ?? HeaderSection.Empty;
        if (message.Sender is { IsNull: true } || ListFields.Any(headers.Has)) return false;
        if (headers.First("Auto-Submitted") is { } submitted && !submitted.Unfolded.Equals("no", StringComparison.OrdinalIgnoreCase)) return false;
        if (headers.All("Precedence").Any(f => Precedences.Any(p => Contains(f.Value, p)))) return false;
        if (Selves(run) is not { } selves) return false;
        return Addresses(run, headers, "To").Any(a => selves.Any(s => Contains(a, s)))
            && !Addresses(run, headers, "From").Any(a => selves.Any(s => Contains(a, s)) || Robots.Any(r => Contains(a, r)) || IsOwner(a));
    }

    static bool Contains(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    static bool IsOwner(string address) => address.StartsWith("owner-", StringComparison.OrdinalIgnoreCase) && address.IndexOf('@') > 6;

    /// <summary>The user's addresses: with and without affixes, and the aliases. Null after trouble.</summary>
    List<string>? Selves(FilterRun run)
    {
        var facts = run.Context.Address;
        var selves = new List<string> { $"{facts.LocalPart}@{facts.Domain}" };
        if (facts.Prefix.Length + facts.Suffix.Length > 0) selves.Add($"{facts.Prefix}{facts.LocalPart}{facts.Suffix}@{facts.Domain}");
        foreach (var alias in Aliases)
        {
            if (!run.TryExpand(alias, Where, out var value)) return null;
            if (value.Text.Length > 0) selves.Add(value.Text);
        }
        return selves;
    }

    static IEnumerable<string> Addresses(FilterRun run, HeaderSection headers, string name) =>
        headers.All(name).SelectMany(f => AddressParser.ParseList(f.Value, run.Rules.Addresses)).Where(i => i.Error is null)
            .Select(i => i.Address.IsQualified ? i.Address.ToString() : $"{i.Address}@{run.Context.Environment.QualifyDomain}");
}
