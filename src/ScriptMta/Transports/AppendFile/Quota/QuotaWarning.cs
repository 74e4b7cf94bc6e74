using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Transports;

/// <summary>quota_warn_message: a message to whom its own To: names, with the null sender.</summary>
static class QuotaWarning
{
    /// <summary>What goes wrong is logged: the delivery that set it off has been made.</summary>
    public static async ValueTask SendAsync(TransportJob job, QuotaOptions options, string transport, ExpansionContext context, CancellationToken cancel)
    {
        var expanded = options.WarnMessage.Expand(context);
        if (!expanded.IsOk)
        {
            context.Environment.Log.Panic(job.Id, $"Failed to expand \"{options.WarnMessage.Source}\" (warning message for {transport} transport): {expanded.Error}");
            return;
        }
        var (headers, body) = Parts(expanded.Text, context);
        var recipients = AddressParser.ParseList(headers.First("To")?.Unfolded ?? "", AddressRules.Default).Where(i => i.Error is null)
            .Select(i => i.Address.IsQualified ? i.Address : i.Address with { Domain = context.Environment.QualifyRecipient }).ToImmutableArray();
        if (recipients.IsEmpty || job.Submit is not { } submit) context.Environment.Log.Panic(job.Id, $"quota warning of {transport} transport not sent: its To: names no recipient");
        else await submit(MailAddress.Null, recipients, headers, Latin1.Encode(body), cancel);
    }

    static (HeaderSection Headers, string Body) Parts(string text, ExpansionContext context)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var (head, body) = end < 0 ? (text.TrimEnd('\n') + "\n", "") : (text[..(end + 1)], text[(end + 2)..]);
        var environment = context.Environment;
        var headers = HeaderParser.Parse(head, HeaderLimits.Default).Headers;
        if (!headers.Has("From")) headers = headers.Append(HeaderField.Create("From", $"Mail Delivery System <Mailer-Daemon@{environment.QualifyDomain}>"));
        return (headers.Append(HeaderField.Create("Auto-Submitted", "auto-replied")).Append(HeaderField.Create("Date", MailDate.Format(environment.Clock.GetLocalNow())))
            .Append(HeaderField.Create("Message-Id", $"<Q{Guid.NewGuid():N}@{environment.PrimaryHostname}>")), body.Replace("\n", "\r\n", StringComparison.Ordinal));
    }
}
