using System.Buffers;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>From: where it is missing, and Sender: where an untrusted caller's From: is not the caller (Exim 48.8, 48.15; local_from_check, local_sender_retain).</summary>
static class SenderFixups
{
    static readonly SearchValues<char> Specials = SearchValues.Create("()<>[]:;@\\,.\"");

    public static HeaderSection Apply(HeaderSection section, string prefix, MessageOrigin origin, LocalOptions options, string qualifyDomain)
    {
        if (!section.Has(prefix + "From") && !origin.From.IsNull) section = section.Append(HeaderField.Create(prefix + "From", Text(origin.From, origin.FullName)));
        if (origin.IsTrusted) return section;
        if (!options.SenderRetain && options.FromCheck) section = section.Remove(prefix + "Sender");
        if (origin.Caller.IsNull || !options.FromCheck || section.First(prefix + "From") is not { } from || IsCaller(from, origin.Caller, options, qualifyDomain)) return section;
        return section.Append(HeaderField.Create(prefix + "Sender", Text(origin.Caller, origin.CallerName)));
    }

    static bool IsCaller(HeaderField from, MailAddress caller, LocalOptions options, string qualifyDomain)
    {
        var items = AddressParser.ParseList(from.Unfolded, AddressRules.Default with { AllowDomainLiterals = true }).Take(2).ToList();
        return items.Count == 1 && items[0] is { Error: null, Address: var address } && WithoutAffixes(address.IsQualified ? address : address with { Domain = qualifyDomain }, options).Any(a => a.SameAs(caller));
    }

    /// <summary>As it is, and without the affixes that may stand at the caller's name.</summary>
    static IEnumerable<MailAddress> WithoutAffixes(MailAddress address, LocalOptions options)
    {
        yield return address;
        var local = address.LocalPart;
        if (options.FromPrefix.MatchPrefix(local) is { } prefix) local = local[prefix.Affix.Length..];
        if (options.FromSuffix.MatchSuffix(local) is { } suffix) local = local[..^suffix.Affix.Length];
        if (local.Length < address.LocalPart.Length) yield return address with { LocalPart = local };
    }

    static string Text(MailAddress address, string name) => name.Length == 0 ? address.ToString() : $"{Phrase(name)} <{address}>";

    /// <summary>RFC 5322 3.2.5: a name with specials is quoted.</summary>
    static string Phrase(string name)
    {
        name = string.Concat(name.Where(c => c is >= ' ' and not '\u007f'));
        return name.AsSpan().IndexOfAny(Specials) < 0 ? name : "\"" + name.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
    }
}
