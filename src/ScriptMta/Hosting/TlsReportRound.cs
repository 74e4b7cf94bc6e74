using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Transports;

namespace ScriptMta.Hosting;

/// <summary>Sends the reports about TLS that are due (RFC 8460 4): by mail through the queue, by HTTPS directly. What has been sent is forgotten; what could not be is tried in the next round, for a week.</summary>
sealed class TlsReportRound(MailSystem system) : IDisposable
{
    /// <summary>How often is looked; the results of a day count as due once the day is over here and everybody's reports need not arrive at midnight.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    const int JitterMinutes = 240;

    readonly HttpMessageInvoker _web = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
    readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>RFC 8460 4.1: at some time in the first four hours of the day, always the same for one server.</summary>
    public static bool IsTime(DateTimeOffset now, string host)
    {
        var minutes = 0;
        foreach (var c in host) minutes = (minutes * 31 + c) % JitterMinutes;
        return now.UtcDateTime.TimeOfDay >= TimeSpan.FromMinutes(minutes);
    }

    /// <param name="all">Today's, too, and at any time of the day: somebody asked for it.</param>
    /// <returns>A line for each report.</returns>
    public async ValueTask<string> RunAsync(bool all, CancellationToken cancel)
    {
        if (system.Configuration.Policies.Reporting is not { } reporting) return "no reports are sent: tlsrpt_from is not set\n";
        var now = system.Configuration.Environment.Clock.GetUtcNow();
        if (!all && !IsTime(now, reporting.Reporter.Submitter)) return "";
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var text = new StringBuilder();
            var today = DateOnly.FromDateTime(now.UtcDateTime);
            foreach (var report in TlsReport.Of(reporting.Results.All()).Where(r => all || r.Day < today))
            {
                var said = await SendAsync(reporting, report, now, cancel).ConfigureAwait(false);
                system.Log.Main(null, said);
                text.Append(said).Append('\n');
            }
            return text.Length == 0 && all ? "there is nothing to report\n" : text.ToString();
        }
        finally { _turn.Release(); }
    }

    /// <summary>What has been counted, for people.</summary>
    public string Show()
    {
        if (system.Configuration.Policies.Reporting is not { } reporting) return "nothing is counted: tlsrpt_from is not set\n";
        var text = new StringBuilder();
        foreach (var (day, result, count) in reporting.Results.All())
            text.Append(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} {result.Domain} {result.Policy.Type} {count} {(result.IsSuccess ? "good" : result.ResultType)}{(result.MxHost.Length > 0 ? $" H={result.MxHost} [{result.ReceivingAddress}]" : "")}{(result.Detail.Length > 0 ? $": {Logging.MailLog.Escape(result.Detail)}" : "")}\n");
        return text.Length == 0 ? "nothing has been counted\n" : text.ToString();
    }

    async ValueTask<string> SendAsync(TlsReporting reporting, TlsReport report, DateTimeOffset now, CancellationToken cancel)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"TLS report for {report.Domain} about {report.Day:yyyy-MM-dd}");
        var answer = await reporting.Dns.QueryAsync("_smtp._tls." + report.Domain, DnsType.TXT, cancel).ConfigureAwait(false);
        if (answer is DnsAnswer.Again again) return $"{what}: not yet: {again.Reason}";
        if (answer is not DnsAnswer.Found found || TlsReportRecord.Of(found.Of<TextRecord>()) is not { } places)
        {
            reporting.Results.Forget(report.Results);
            return $"{what}: nobody wants it any more";
        }
        var sent = new List<string>();
        if (!places.Mail.IsEmpty) sent.Add($"{await QueueAsync(reporting, report, places.Mail, now, cancel).ConfigureAwait(false)} to {string.Join(", ", places.Mail)}");
        foreach (var place in places.Web)
            sent.Add(await TlsReportPost.SendAsync(_web, place, report.Packed(reporting.Reporter), cancel).ConfigureAwait(false) is { } problem ? $"{place} failed: {problem}" : $"{place} took it");
        // A Web server that failed gets no second report: others on the list would get theirs again.
        reporting.Results.Forget(report.Results);
        return $"{what}: {string.Join("; ", sent)}";
    }

    async ValueTask<MessageId> QueueAsync(TlsReporting reporting, TlsReport report, ImmutableArray<MailAddress> to, DateTimeOffset now, CancellationToken cancel)
    {
        var boundary = BuiltMessage.NewBoundary(Random.Shared);
        var headers = TlsReportMail.Headers(report, reporting.Reporter, reporting.From, to, now, boundary, system.Ids.Next());
        var body = Latin1.Encode(TlsReportMail.Body(report, reporting.Reporter, boundary));
        return await new OwnMessages(system.Spool, system.Configuration.Queue, system.Ids).CommitAsync(reporting.From, to, headers, body, null, cancel).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _web.Dispose();
        _turn.Dispose();
    }
}
