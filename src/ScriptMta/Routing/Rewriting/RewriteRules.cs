using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>`begin rewrite`, or the headers_rewrite of one transport (Exim chapter 31). Immutable; what it does to an address is <see cref="AddressRewriter"/>'s.</summary>
sealed class RewriteRules
{
    public static readonly RewriteRules None = new([]);

    RewriteRules(IReadOnlyList<RewriteRule> rules)
    {
        Rules = rules;
        foreach (var rule in rules) Kinds |= rule.Flags.Kinds;
    }

    public IReadOnlyList<RewriteRule> Rules { get; }

    /// <summary>What any rule is for: nothing else needs to be looked at.</summary>
    public RewriteKinds Kinds { get; }

    public bool IsEmpty => Rules.Count == 0;

    public static RewriteRules Load(IReadOnlyList<LogicalLine> lines, ProblemList problems) =>
        lines.Count == 0 ? None : new([.. lines.Select(l => RewriteRule.Read(l, problems)).OfType<RewriteRule>().Select(r => Defaulted(r, RewriteKinds.All))]);

    /// <summary>headers_rewrite: a list whose items are rules for header fields only.</summary>
    public static RewriteRules OfTransport(OptionReader reader)
    {
        if (reader.Text("headers_rewrite") is not { } text) return None;
        var rules = new List<RewriteRule>();
        foreach (var item in ListSyntax.Split(text.Text))
        {
            var at = text.At.Plus(item.Offset);
            if (RewriteRule.Read(new LogicalLine(item.Text, at), reader.Problems) is not { } rule) continue;
            if ((rule.Flags.Kinds & ~RewriteKinds.Headers) != 0) reader.Problems.Error(at, "rewrite rule specifies a non-header rewrite - not allowed at transport time -");
            else rules.Add(Defaulted(rule, RewriteKinds.Headers));
        }
        return new(rules);
    }

    /// <summary>Patterns and replacements, for whoever checks what they name.</summary>
    public IEnumerable<Template> Templates => Rules.SelectMany(r => new[] { r.Subject, r.Replacement });

    static RewriteRule Defaulted(RewriteRule rule, RewriteKinds otherwise) =>
        rule.Flags.Kinds == RewriteKinds.None ? rule with { Flags = rule.Flags with { Kinds = otherwise } } : rule;
}
