using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Queue;

/// <summary>What reports say of one address.</summary>
static class ReportRows
{
    public static ReportedRecipient Of(FailedAddress failure, AttemptRecord record)
    {
        var address = failure.Address;
        var shown = Shown(address);
        var host = HostName(failure.Host);
        var reason = failure.SenderText ?? failure.Text;
        return new ReportedRecipient(shown.Address, failure.SmtpReply is not null && host.Length > 0 ? $"host {failure.Host}\n{reason}" : reason, failure.Status)
        {
            RemoteHost = failure.SmtpReply is null ? "" : host, Diagnostic = failure.SmtpReply ?? "", LastAttempt = record.Now, Output = failure.Output ?? "",
            OriginalRecipient = WantedReports.OriginalRecipient(record.Stored, address.Top.Address), Final = address.Top.Address, IsUndisclosed = address.HideInErrors,
            Parent = ParentOf(address), Generated = GeneratedText(shown),
        };
    }

    /// <summary>Of a file or command the address of the envelope that it was made from; of an address its envelope's, where they differ.</summary>
    static MailAddress? ParentOf(RoutedAddress address) => address.Parent is null || (address.Kind == TargetKind.Address && address.Top.Address.SameAs(address.Address)) ? null : address.Top.Address;

    static RoutedAddress Shown(RoutedAddress address) => address.HideInErrors && address.Parent is { } parent ? parent : address;

    /// <summary>"name [address]" as outcomes have it: the name.</summary>
    public static string HostName(string host) => host.Split(' ')[0];

    static string GeneratedText(RoutedAddress address) => address.Kind switch
    {
        TargetKind.Pipe => "pipe to " + RoutePrinter.TargetText(address),
        TargetKind.File => "save to " + RoutePrinter.TargetText(address),
        TargetKind.Reply => "reply to " + address.Target,
        _ => "",
    };
}
