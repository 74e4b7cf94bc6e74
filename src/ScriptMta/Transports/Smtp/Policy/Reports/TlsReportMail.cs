using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Transports;

/// <summary>A report as a message (RFC 8460 5.3). It says "TLS-Required: No" (RFC 8689 5): what it reports must not keep it from its reader.</summary>
static class TlsReportMail
{
    public static HeaderSection Headers(TlsReport report, TlsReporter reporter, MailAddress from, IEnumerable<MailAddress> to, DateTimeOffset now, string boundary, MessageId id) => new(
    [
        HeaderField.Create("From", from.ToString()),
        HeaderField.Create("To", string.Join(",\n ", to)),
        HeaderField.Create("Subject", $"Report Domain: {report.Domain}\n Submitter: {reporter.Submitter}\n Report-ID: <{report.Id(reporter)}>"),
        HeaderField.Create("TLS-Report-Domain", report.Domain),
        HeaderField.Create("TLS-Report-Submitter", reporter.Submitter),
        HeaderField.Create("TLS-Required", "No"),
        HeaderField.Create("Auto-Submitted", "auto-generated"),
        HeaderField.Create("MIME-Version", "1.0"),
        HeaderField.Create("Content-Type", $"multipart/report; report-type=\"tlsrpt\";\n boundary=\"{boundary}\""),
        HeaderField.Create("Message-Id", $"<E{id}@{reporter.Submitter}>"),
        HeaderField.Create("Date", MailDate.Format(now)),
    ]);

    public static string Body(TlsReport report, TlsReporter reporter, string boundary)
    {
        var failures = report.Results.Where(r => !r.Result.IsSuccess).Sum(r => r.Count);
        var file = report.FileName(reporter);
        return string.Create(CultureInfo.InvariantCulture, $"""
            --{boundary}
            Content-Type: text/plain; charset="us-ascii"

            This is an aggregate report about TLS with the mail servers of
            {report.Domain} on {report.Day:yyyy-MM-dd} (UTC), as {reporter.Submitter} saw it:
            {report.Results.Sum(r => r.Count) - failures} sessions went well, {failures} did not.

            --{boundary}
            Content-Type: application/tlsrpt+gzip; name="{file}"
            Content-Disposition: attachment; filename="{file}"
            Content-Transfer-Encoding: base64

            {Convert.ToBase64String(report.Packed(reporter), Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n")}

            --{boundary}--

            """);
    }
}
