using System.Buffers;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>From: where it is missing, and Sender: where an untrusted caller's From: is not the caller (Exim 48.8, 48.15; local_from_check, local_sender_retain).</summary>
static class SenderFixups
{
    static readonly SearchValues<char> Specials = SearchValues.Create("()<>[]:;@\\,.\"");

    public static HeaderSection Apply(HeaderSection section, string prefix, MessageOrigin origin, ReceptionOptions options, string qualifyDomain)
    {
        if (!section.Has(prefix + "From") && !origin.From.IsNull) section = section.Append(HeaderField.Create(prefix + "From", Text(origin.From, origin.FullName)));
        if (origin.IsTrusted) return section;
        if (!options.LocalSenderRetain && options.LocalFromCheck) section = section.Remove(prefix + "Sender");
        if (origin.Caller.IsNull || !options.LocalFromCheck || section.First(prefix + "From") is not { } from || IsCaller(from, origin.Caller, qualifyDomain)) return section;
        return section.Append(HeaderField.Create(prefix + "Sender", Text(origin.Caller, origin.CallerName)));
    }

    static bool IsCaller(HeaderField from, MailAddress caller, string qualifyDomain)
    {
        var items = AddressParser.ParseList(from.Unfolded, AddressRules.Default with { AllowDomainLiterals = true }).Take(2).ToList();
        return items.Count == 1 && items[0] is { Error: null, Address: var address } && (address.IsQualified ? address : address with { Domain = qualifyDomain }).SameAs(caller);
    }

    static string Text(MailAddress address, string name) => name.Length == 0 ? address.ToString() : $"{Phrase(name)} <{address}>";

    /// <summary>RFC 5322 3.2.5: a name with specials is quoted.</summary>
    static string Phrase(string name)
    {
        name = string.Concat(name.Where(c => c is >= ' ' and not '\u007f'));
        return name.AsSpan().IndexOfAny(Specials) < 0 ? name : "\"" + name.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
    }
}
