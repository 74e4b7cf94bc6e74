using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>verify = header_syntax, header_names_ascii and not_blind (Exim 44.26).</summary>
static class HeaderVerification
{
    /// <summary>A domain literal is no syntax error in a header line.</summary>
    public static readonly AddressRules Rules = AddressRules.Default with { AllowDomainLiterals = true };

    static readonly string[] SenderFields = ["From", "Sender", "Reply-To", "Resent-From", "Resent-Sender", "Resent-Reply-To"];
    static readonly string[] RecipientFields = ["To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"];

    public static ValueTask<AclResult> Syntax(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        foreach (var field in run.Context.Message.Headers?.Fields ?? [])
        {
            var isSender = SenderFields.Any(field.Is);
            if (!isSender && !RecipientFields.Any(field.Is)) continue;
            foreach (var item in AddressParser.ParseList(field.Unfolded, Rules))
                if (Wrong(run, item, isSender) is { } why) return new(Bad(run, field, item, why));
        }
        return new(AclResult.Ok);
    }

    public static ValueTask<AclResult> NamesAscii(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        foreach (var field in run.Context.Message.Headers?.Fields ?? [])
            if (field.Name.AsSpan().IndexOfAnyExceptInRange((char)33, (char)126) >= 0)
                return new(Failed(run, $"Invalid character in header \"{field.Name}\" found"));
        return new(AclResult.Ok);
    }

    public static ValueTask<AclResult> NotBlind(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        var caseless = request.Has("case_insensitive");
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in run.Context.Message.Headers?.Fields ?? [])
            if (field.Is("To") || field.Is("Cc") || field.Is("Resent-To") || field.Is("Resent-Cc"))
                foreach (var item in AddressParser.ParseList(field.Unfolded, Rules).Where(i => i.Error is null))
                    named.Add(Key(item.Address, caseless));
        return new(run.Context.Message.Recipients.TrueForAll(r => named.Contains(Key(r, caseless))) ? AclResult.Ok : Failed(run, "bcc recipient detected"));
    }

    static string Key(MailAddress address, bool caseless) => (caseless ? address.LocalPart.LowerAscii() : address.LocalPart) + "@" + address.Domain.LowerAscii();

    /// <summary>An unqualified address is wrong only in a message from another host that may not send such.</summary>
    static string? Wrong(AclRun run, AddressListItem item, bool isSender) =>
        item.Error is not null || item.Address.IsQualified || AclSession.Allows(isSender ? run.Session.UnqualifiedSenders : run.Session.UnqualifiedRecipients)
            ? item.Error : "unqualified address not permitted";

    static AclResult Bad(AclRun run, HeaderField field, AddressListItem item, string why) => Failed(run, $"{why}: failing address in \"{field.Name}:\" header is: {item.Text}{Separator(field, item)}");

    /// <summary>Exim's item ends after the semicolon of its group.</summary>
    static string Separator(HeaderField field, AddressListItem item) =>
        item.Position + item.Text.Length is var end && item.Group.Length > 0 && end < field.Unfolded.Length && field.Unfolded[end] == ';' ? ";" : "";

    static AclResult Failed(AclRun run, string text) => new(AclResultKind.Fail, run.Runner.ReturnErrorDetails ? "Rejected after DATA: " + text : null, text);
}
