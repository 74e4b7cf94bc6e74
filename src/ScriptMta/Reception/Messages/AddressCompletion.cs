using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>Adds a domain to header addresses that have none (Exim 48.16): senders get qualify_domain, recipients qualify_recipient. All else stays as it came.</summary>
static class AddressCompletion
{
    static readonly string[] SenderFields = ["From", "Sender", "Reply-To", "Resent-From", "Resent-Sender", "Resent-Reply-To"];
    static readonly string[] RecipientFields = ["To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"];

    public static HeaderField Apply(HeaderField field, RuleEnvironment environment)
    {
        var domain = SenderFields.Any(field.Is) ? environment.QualifyDomain : RecipientFields.Any(field.Is) ? environment.QualifyRecipient : null;
        if (domain is null) return field;
        StringBuilder? changed = null;
        var copied = 0;
        foreach (var item in AddressParser.ParseList(field.Body, AddressRules.Default with { AllowDomainLiterals = true, AllowNull = true }))
        {
            if (item.Error is not null || item.Address.IsQualified || item.Address.IsNull) continue;
            var at = field.Body.IndexOf(item.Address.LocalPart, item.Position, StringComparison.Ordinal);
            // "Name <name>": the address is in the brackets.
            if (item.Text.IndexOf('<', StringComparison.Ordinal) is var open && open >= 0) at = field.Body.IndexOf(item.Address.LocalPart, item.Position + open, StringComparison.Ordinal);
            if (at < 0) continue;
            var end = at + item.Address.LocalPart.Length;
            (changed ??= new()).Append(field.Body, copied, end - copied).Append('@').Append(domain);
            copied = end;
        }
        return changed is null ? field : field with { Body = changed.Append(field.Body, copied, field.Body.Length - copied).ToString() };
    }
}
