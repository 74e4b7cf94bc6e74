using System.Text;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>What -brw prints (Exim 31.3): one address as each place of a message would have it.</summary>
static class RewriteListing
{
    static readonly AddressRules Syntax = new() { AllowDomainLiterals = true };

    static readonly RewriteKinds[] Kinds = [.. RewriteNames.Headers.Select(h => h.Kind), RewriteKinds.EnvelopeFrom, RewriteKinds.EnvelopeTo];

    /// <summary>A text without an "@" is completed as a recipient is.</summary>
    public static string Of(string text, RewriteRules rules, ExpansionContext context)
    {
        if (rules.IsEmpty) return "No rewrite rules are defined\n";
        var output = new StringBuilder();
        var rewriter = new AddressRewriter(rules, context);
        if (rewriter.Concerns(RewriteKinds.Smtp) && rewriter.Rewrite(text, RewriteKinds.Smtp, "") is { Changed: true } early)
            output.Append("    SMTP: ").Append(early.Address).Append('\n');
        if (rules.Rules.Any(r => r.Flags != new RewriteFlags { Kinds = RewriteKinds.Smtp })) AppendPlaces(output, text.Contains('@') ? text : $"{text}@{context.Environment.QualifyRecipient}", rewriter);
        return output.ToString();
    }

    static void AppendPlaces(StringBuilder output, string text, AddressRewriter rewriter)
    {
        if (!AddressParser.TryParseOne(text, Syntax, out var parsed, out var error))
        {
            output.Append("Syntax error in ").Append(text).Append('\n').Append(AsciiCase.Upper(error[..1])).Append(error, 1, error.Length - 1).Append('\n');
            return;
        }
        foreach (var kind in Kinds)
        {
            var name = RewriteNames.Of(kind);
            var result = rewriter.Concerns(kind) ? rewriter.Rewrite(parsed.Address.ToString(), kind, name) : default;
            var address = result.Changed ? result.Address : parsed.Address;
            output.Append((name.TrimEnd(':') + ":").PadLeft(9)).Append(' ')
                .Append(address.IsNull ? "<>" : (kind & RewriteKinds.Envelope) != 0 ? address.ToString() : result.Item ?? text[..parsed.Start] + address + text[parsed.End..]).Append('\n');
        }
    }
}
