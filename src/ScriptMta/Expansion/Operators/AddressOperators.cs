using System.Text;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Expansion;

/// <summary>Taking addresses out of header text (RFC 5322). What is no address yields nothing.</summary>
static class AddressOperators
{
    static readonly AddressRules Plain = new() { AllowDomainLiterals = true };
    static readonly AddressRules Utf8 = Plain with { AllowUtf8Domains = true };

    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("address", new((e, value, _) => One(e, value, address => address.ToString()))),
        new("domain", new((e, value, _) => One(e, value, address => address.Domain))),
        new("local_part", new((e, value, _) => One(e, value, address => address.LocalPart))),
        new("addresses", new(Addresses)),
    ];

    /// <summary>Domain literals are let in whatever allow_domain_literals says; 8-bit domains only as allow_utf8_domains, or a message with SMTPUTF8, lets them.</summary>
    public static AddressRules Rules(Evaluation evaluation) =>
        evaluation.Context.Environment.Settings.GetValueOrDefault("allow_utf8_domains") is "true" or "yes" || evaluation.Context.Message.IsSmtpUtf8 ? Utf8 : Plain;

    static ExpandedKind One(Evaluation evaluation, Value value, Func<MailAddress, string> part) =>
        AddressParser.TryParseOne(value.Text, Rules(evaluation), out var parsed, out _) ? evaluation.Append(part(parsed.Address), value.Taint) : ExpandedKind.Ok;

    /// <summary>A list of all addresses in a header's text; ">x" at the start names the separator.</summary>
    static ExpandedKind Addresses(Evaluation evaluation, Value value, string? argument)
    {
        var text = value.Text.TrimSpaceAtStart();
        if (text == ">") return evaluation.Fail("output separator missing in expanding ${addresses:>}");
        var separator = ':';
        if (text.StartsWith('>') && text.Length > 1)
        {
            separator = text[1];
            text = text[2..];
        }
        var list = new StringBuilder();
        var first = true;
        foreach (var item in AddressParser.ParseList(text, Rules(evaluation)))
        {
            if (item.Error is not null) continue;
            ListText.AppendItem(list, first, item.Address.ToString(), separator);
            first = false;
        }
        return evaluation.Append(list.ToString(), value.Taint);
    }
}
