using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>
/// The header section of one copy of a message: lines that the transport adds in front, the message's own without those removed, lines that routers and the
/// transport add behind. headers_rewrite is for the message's own (Exim chapters 24 and 48.17). Text is with LF line ends and the blank line; empty for body_only.
/// </summary>
readonly record struct CopyHeaders(string Text, string? Error)
{
    public static CopyHeaders For(TransportJob job, TransportOptions options, ExpansionContext context, string returnPath)
    {
        if (options.BodyOnly) return new("", null);
        var removed = new List<string>();
        if (Removals(job, options, context, removed) is { } removeError) return new("", removeError);
        var text = new StringBuilder(1024);
        Front(text, job, options, context, returnPath);
        var own = options.HeadersRewrite.IsEmpty ? job.Headers : new HeaderRewriter(options.HeadersRewrite, context).Apply(job.Headers);
        foreach (var field in own.Fields)
            if (removed.Count == 0 || !IsRemoved(field.Name, removed)) Append(text, field.ToString());
        foreach (var field in job.Recipients[0].HeadersAdd) Append(text, field.ToString());
        foreach (var template in options.HeadersAdd)
        {
            var added = template.Expand(context);
            if (added.Kind == ExpandedKind.ForcedFail) continue;
            if (!added.IsOk) return new("", $"failed to expand headers_add \"{template.Source}\" in {options.Name} transport: {added.Error}");
            if (added.Text.Trim('\n', ' ').Length > 0) Append(text, added.Text.TrimEnd('\n'));
        }
        return new(text.Append('\n').ToString(), null);
    }

    static void Front(StringBuilder text, TransportJob job, TransportOptions options, ExpansionContext context, string returnPath)
    {
        if (options.ReturnPathAdd) Append(text, $"Return-path: <{returnPath}>");
        if (options.EnvelopeToAdd) Append(text, "Envelope-to: " + string.Join(",\n ", job.Recipients.Select(r => r.Address.Top.Address.ToString()).Distinct(StringComparer.Ordinal)));
        if (options.DeliveryDateAdd) Append(text, "Delivery-date: " + Date(context.Environment.Clock.GetLocalNow()));
    }

    /// <summary>Names to leave out, of the routers and of the transport; the error, or null.</summary>
    static string? Removals(TransportJob job, TransportOptions options, ExpansionContext context, List<string> names)
    {
        foreach (var list in job.Recipients[0].HeadersRemove) AddNames(list, names);
        foreach (var template in options.HeadersRemove)
        {
            var expanded = template.Expand(context);
            if (expanded.IsOk) AddNames(expanded.Text, names);
            else if (expanded.Kind != ExpandedKind.ForcedFail) return $"failed to expand headers_remove \"{template.Source}\" in {options.Name} transport: {expanded.Error}";
        }
        return null;
    }

    static void AddNames(string list, List<string> names)
    {
        foreach (var name in new ListText(list))
            if (name.Length > 0) names.Add(name.TrimEnd(':'));
    }

    /// <summary>A name that ends in * stands for all that begin so.</summary>
    static bool IsRemoved(string name, List<string> removed) => removed.Exists(r =>
        r.EndsWith('*') ? name.StartsWith(r[..^1], StringComparison.OrdinalIgnoreCase) : name.Equals(r, StringComparison.OrdinalIgnoreCase));

    static void Append(StringBuilder text, string line) => text.Append(line).Append('\n');

    static string Date(DateTimeOffset now) =>
        now.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + (now.Offset < TimeSpan.Zero ? "-" : "+") + now.Offset.ToString("hhmm", CultureInfo.InvariantCulture);
}
