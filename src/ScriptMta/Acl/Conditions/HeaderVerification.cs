using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>verify = header_syntax, header_names_ascii and not_blind (Exim 44.26).</summary>
static class HeaderVerification
{
    static readonly string[] AddressFields = ["From", "Sender", "Reply-To", "To", "Cc", "Bcc"];

    public static ValueTask<AclResult> Syntax(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        foreach (var field in run.Context.Message.Headers?.Fields ?? [])
        {
            if (!AddressFields.Any(field.Is)) continue;
            foreach (var item in AddressParser.ParseList(field.Unfolded, AddressRules.Default with { AllowDomainLiterals = true }))
                if (Wrong(run, item) is { } why) return new(Bad(field, why));
        }
        return new(AclResult.Ok);
    }

    public static ValueTask<AclResult> NamesAscii(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        foreach (var field in run.Context.Message.Headers?.Fields ?? [])
            if (field.Name.AsSpan().IndexOfAnyExceptInRange((char)33, (char)126) >= 0)
                return new(new AclResult(AclResultKind.Fail, "Invalid character in header name", $"Invalid character in header \"{field.Name}\" found"));
        return new(AclResult.Ok);
    }

    public static ValueTask<AclResult> NotBlind(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        var caseless = request.Has("case_insensitive");
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in run.Context.Message.Headers?.Fields ?? [])
            if (field.Is("To") || field.Is("Cc") || field.Is("Resent-To") || field.Is("Resent-Cc"))
                foreach (var item in AddressParser.ParseList(field.Unfolded, AddressRules.Default with { AllowDomainLiterals = true }).Where(i => i.Error is null))
                    named.Add(Key(item.Address, caseless));
        var hidden = run.Context.Message.Recipients.FindIndex(r => !named.Contains(Key(r, caseless)));
        return new(hidden < 0 ? AclResult.Ok : new(AclResultKind.Fail, "bcc recipient detected", $"bcc recipient detected: {run.Context.Message.Recipients[hidden]}"));
    }

    static string Key(MailAddress address, bool caseless) => (caseless ? address.LocalPart.LowerAscii() : address.LocalPart) + "@" + address.Domain.LowerAscii();

    /// <summary>An unqualified address is wrong only in a message from another host.</summary>
    static string? Wrong(AclRun run, AddressListItem item)
    {
        var unqualified = item.Error is null && !item.Address.IsQualified && run.Context.Connection.HostAddress.Length > 0;
        var error = unqualified ? "unqualified address not permitted" : item.Error;
        return error is null ? null : $"failing address in header line is: {item.Text}: {error}";
    }

    static AclResult Bad(HeaderField field, string why) => new(AclResultKind.Fail, $"syntax error in '{field.Name}:' header", $"syntax error in '{field.Name}:' header: {why}");
}
