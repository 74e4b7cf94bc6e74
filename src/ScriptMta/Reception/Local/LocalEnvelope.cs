using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>The envelope of a submitted message, from the command line, a "From " line, or with -t the header section (Exim 5.2, 48.2).</summary>
static class LocalEnvelope
{
    /// <summary>-f, or the caller. An untrusted caller may give the null sender, and what untrusted_set_sender lets through; anything else is not heard.</summary>
    public static bool TrySender(string? given, LocalCaller caller, ReceptionRules rules, ExpansionContext context, out MailAddress sender, out string error)
    {
        (sender, error) = (caller.Address(rules.Environment), "");
        if (given is null) return true;
        if (given.TrimSpace() is "" or "<>") { sender = MailAddress.Null; return true; }
        var syntax = rules.Options.AddressRules with { AllowDomainLiterals = true, AllowNull = true };
        if (!AddressParser.TryParseOne(given, syntax, out var parsed, out error)) { error = $"bad -f address \"{given}\": {error}"; return false; }
        if (caller.IsTrusted || MaySet(rules, parsed.Address, context)) sender = Qualified(parsed.Address, rules.Environment.QualifyDomain);
        return true;
    }

    /// <summary>Each argument may hold several addresses.</summary>
    public static bool TryRecipients(IEnumerable<string> arguments, ReceptionRules rules, out List<MailAddress> recipients, out string error)
    {
        (recipients, error) = ([], "");
        foreach (var item in arguments.SelectMany(a => AddressParser.ParseList(a, Syntax(rules))))
        {
            if (item.Error is not null) { error = $"bad recipient address \"{item.Text}\": {item.Error}"; return false; }
            recipients.Add(Qualified(item.Address, rules.Environment.QualifyRecipient));
        }
        return true;
    }

    /// <summary>
    /// -t: the addresses of To, Cc and Bcc, or of their Resent- forms where there are any. Addresses on the command line are left out, or, without
    /// extract_addresses_remove_arguments, added. The Bcc fields are gone from the section that comes back.
    /// </summary>
    public static bool TryExtract(HeaderSection headers, List<MailAddress> arguments, ReceptionRules rules, out HeaderSection kept, out List<MailAddress> recipients, out string error)
    {
        var prefix = headers.Fields.Any(f => f.Name.StartsWith("Resent-", StringComparison.OrdinalIgnoreCase)) ? "Resent-" : "";
        var texts = headers.Fields.Where(f => f.Is(prefix + "To") || f.Is(prefix + "Cc") || f.Is(prefix + "Bcc")).Select(f => f.Unfolded);
        kept = headers.Remove(prefix + "Bcc");
        if (!TryRecipients(texts, rules, out recipients, out error)) return false;
        if (rules.Options.ExtractAddressesRemoveArguments) recipients.RemoveAll(r => arguments.Exists(a => a.SameAs(r)));
        else recipients.InsertRange(0, arguments);
        if (recipients.Count == 0 && arguments.Count == 0) error = "no recipients found in headers";
        return error.Length == 0;
    }

    static AddressRules Syntax(ReceptionRules rules) => rules.Options.AddressRules with { AllowDomainLiterals = true };

    /// <summary>untrusted_set_sender lets an untrusted caller be this sender.</summary>
    public static bool MaySet(ReceptionRules rules, MailAddress address, ExpansionContext context) =>
        rules.Options.UntrustedSetSender is { } list && list.MatchAddress(address.ToString(), context).Match.IsYes;

    static MailAddress Qualified(MailAddress address, string domain) => address.IsQualified || address.IsNull ? address : address with { Domain = domain };
}
