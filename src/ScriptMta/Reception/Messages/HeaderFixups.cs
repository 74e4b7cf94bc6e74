using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>
/// What happens to header sections on arrival (Exim 48.5 to 48.17). Every message: Return-path:, Envelope-to: and Delivery-date: are removed as the options
/// say. Messages of local origin, or in submission mode: addresses are completed, and Message-Id:, From: and Date: (or their Resent- forms) added where missing.
/// </summary>
static class HeaderFixups
{
    /// <param name="Origin">Who is behind a local message; null for one that came from another host without control = submission.</param>
    /// <param name="rewrite">Completes and rewrites addresses; comes after the fields that name the sender, which it is to change too.</param>
    public static HeaderSection Apply(HeaderSection headers, MessageOrigin? origin, ReceptionOptions options, ExpansionContext context, MessageId id, Func<HeaderSection, HeaderSection> rewrite)
    {
        var resent = headers.Fields.Any(f => f.Name.StartsWith("Resent-", StringComparison.OrdinalIgnoreCase));
        var fields = headers.Fields.RemoveAll(f => IsDropped(f, options));
        if (origin is null || origin.SuppressFixups) return rewrite(new(fields));
        var prefix = resent ? "Resent-" : "";
        var section = new HeaderSection(fields);
        if (!section.Has(prefix + "Message-ID")) section = Add(section, resent, prefix + "Message-Id", NewMessageId(options, context, id));
        section = rewrite(SenderFixups.Apply(section, prefix, origin, options.Local, context.Environment.QualifyDomain));
        if (!section.Has(prefix + "Date")) section = Add(section, resent, prefix + "Date", MailDate.Format(context.Environment.Clock.GetLocalNow()));
        return section;
    }

    static bool IsDropped(HeaderField field, ReceptionOptions options) =>
        (options.ReturnPathRemove && field.Is("Return-path")) || (options.EnvelopeToRemove && field.Is("Envelope-to")) || (options.DeliveryDateRemove && field.Is("Delivery-date"));

    /// <summary>Resent- fields stand before the others (RFC 5322 3.6.6).</summary>
    static HeaderSection Add(HeaderSection section, bool atStart, string name, string value) =>
        atStart ? section.Prepend(HeaderField.Create(name, value)) : section.Append(HeaderField.Create(name, value));

    static string NewMessageId(ReceptionOptions options, ExpansionContext context, MessageId id)
    {
        var domain = Expand(options.MessageIdDomain, context) is { Length: > 0 } own ? own : context.Environment.PrimaryHostname;
        var extra = Expand(options.MessageIdText, context) is { Length: > 0 } text ? "." + Clean(text) : "";
        return $"<E{id.Text}{extra}@{Clean(domain)}>";
    }

    /// <summary>Exim: characters that may not stand there become hyphens.</summary>
    static string Clean(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-'));

    static string? Expand(Template? template, ExpansionContext context)
    {
        var text = template?.Expand(context);
        return text is { IsOk: true } good ? good.Text : null;
    }
}
