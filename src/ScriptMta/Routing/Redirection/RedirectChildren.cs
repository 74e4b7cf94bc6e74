using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>Makes the children of a redirection: qualification, rewriting, check_ancestor, and the transports of files and pipes.</summary>
sealed class RedirectChildren(RedirectOptions options, RouterVisit visit, bool isTainted)
{
    public RoutedAddress? Child(RedirectItem item, out string error)
    {
        error = "";
        return item switch
        {
            RedirectItem.Address address => Address(address.Target, address.AsIncoming, out error),
            RedirectItem.File file => Generated(TargetKind.File, file.Path),
            RedirectItem.Pipe pipe => Generated(TargetKind.Pipe, pipe.Command),
            _ => throw new InvalidOperationException($"{item.GetType().Name} makes no child"),
        };
    }

    public RoutedAddress? Address(MailAddress target, bool asIncoming, out string error)
    {
        error = "";
        if (!target.IsQualified)
        {
            if (Domain(asIncoming, out error) is not { } domain) return null;
            target = target with { Domain = domain };
        }
        if (options.Rewrite) target = new AddressRewriter(visit.Dependencies.Rewrite, visit.Context).Envelope(target, RewriteKinds.EnvelopeTo);
        if (options.CheckAncestor && visit.Address.Ancestors.Prepend(visit.Address).Any(a => IsSame(a.Address, target))) target = visit.Address.Address;
        return new() { Address = target, HideInErrors = options.HideChild };
    }

    /// <summary>File, pipe or reply: the transport comes from the router's option for it.</summary>
    public RoutedAddress Generated(TargetKind kind, string target)
    {
        var (option, template, forbidden) = kind switch
        {
            TargetKind.Pipe => ("pipe_transport", options.PipeTransport, options.ForbidPipe),
            TargetKind.Reply => ("reply_transport", options.ReplyTransport, options.ForbidReply),
            _ when target.EndsWith('/') => ("directory_transport", options.DirectoryTransport, options.ForbidFile),
            _ => ("file_transport", options.FileTransport, options.ForbidFile),
        };
        string? transport = null;
        string? problem = null;
        if (forbidden) problem = $"{What(kind)} is forbidden in {visit.Options.Name} router";
        else if (template is null) problem = $"{option} unset in {visit.Options.Name} router";
        else if ((transport = TransportOption.Expand(template, option, visit, out var why)) is null) problem = why;
        return new()
        {
            Address = visit.Address.Address, Kind = kind, Target = target, Transport = transport, Problem = problem, TargetIsTainted = isTainted, HideInErrors = options.HideChild,
        };
    }

    static string What(TargetKind kind) => kind switch
    {
        TargetKind.Pipe => "delivery to a pipe",
        TargetKind.Reply => "a generated reply",
        _ => "delivery to a file",
    };

    /// <summary>Exim 22.5: "\" and qualify_preserve_domain give the incoming domain, else qualify_domain, else qualify_recipient.</summary>
    string? Domain(bool asIncoming, out string error)
    {
        error = "";
        if (asIncoming || options.QualifyPreserveDomain) return visit.Address.Address.Domain;
        if (options.QualifyDomain is not { } template) return visit.Context.Environment.QualifyRecipient;
        var value = template.Expand(visit.Context);
        if (value.IsOk) return value.Text;
        error = $"failed to expand \"{template.Source}\": {value.Error}";
        return null;
    }

    static bool IsSame(MailAddress one, MailAddress other) =>
        one.LocalPart.Equals(other.LocalPart, StringComparison.OrdinalIgnoreCase) && one.Domain.Equals(other.Domain, StringComparison.OrdinalIgnoreCase);
}
