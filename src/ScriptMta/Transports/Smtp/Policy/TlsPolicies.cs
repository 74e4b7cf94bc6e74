using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Language;
using ScriptMta.Network;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>
/// What is demanded of TLS with other servers besides a transport's own options: DANE where a host has TLSA records, else the domain's policy of MTA-STS (RFC 8461 2: DANE comes first). A message that
/// says "TLS-Required: No" goes without either (RFC 8689 5). Results are counted for reports where a domain wants them.
/// </summary>
/// <param name="results">Null = nothing is counted: no report is ever sent.</param>
sealed class TlsPolicies(StsPolicies sts, TlsReportStore? results)
{
    /// <summary>For one transport. mta_sts is ScriptMta's own option.</summary>
    public TransportPolicy For(OptionReader reader)
    {
        var dane = new DanePolicy(reader);
        var demands = reader.Bool("mta_sts", true) ? new StsDemands(sts) : null;
        return new((question, cancel) => DemandAsync(dane, demands, question, cancel), (plan, job, cancel) => KeyAsync(demands, plan, job, cancel));
    }

    /// <summary>Hosts whose names DNSSEC vouches for are not called on behalf of others; a domain with a policy of its own goes alone.</summary>
    static async ValueTask<string> KeyAsync(StsDemands? demands, PlannedDelivery plan, TransportJob job, CancellationToken cancel)
    {
        if (plan.Hosts.IsEmpty || plan.Hosts[0].Origin is not { } origin) return "";
        var domain = plan.Address.Address.Domain;
        return (origin.IsSecure ? "secure " : "") + (demands is not null && await demands.HasPolicyAsync(origin, domain, job.Context.Environment.Dns, cancel).ConfigureAwait(false) ? domain : "");
    }

    async ValueTask<TlsDemand> DemandAsync(DanePolicy dane, StsDemands? demands, TlsQuestion question, CancellationToken cancel)
    {
        if (question.Context.Message.Headers?.First("TLS-Required") is { } header && AsciiCase.Same(header.Value, "no")) return TlsDemand.Options;
        PolicyAnswer? answer;
        try { answer = await dane.AskAsync(question, cancel).ConfigureAwait(false); }
        catch (UndecidedException undecided) { return new TlsDemand.Refused(undecided.Message, -1); }
        // Several have no policy of their own (TransportPolicy.PartsAsync).
        var domain = question.Domains.FirstOrDefault() ?? "";
        if (answer is null && demands is not null) answer = await demands.AskAsync(question, domain, cancel).ConfigureAwait(false);
        var demand = answer?.Demand ?? TlsDemand.Options;
        return results is null || question.IsCallout ? demand : await ReportedAsync(results, answer ?? new(demand, ReportedPolicy.None), question, cancel).ConfigureAwait(false);
    }

    static async ValueTask<TlsDemand> ReportedAsync(TlsReportStore results, PolicyAnswer answer, TlsQuestion question, CancellationToken cancel)
    {
        // A smarthost's TLS is no business of the recipients' domains.
        if (question.Host.Origin is not { } origin) return answer.Demand;
        var sessions = new List<ReportedSession>();
        foreach (var domain in question.Domains)
            if (AsciiCase.Same(origin.Domain, domain) || question.Domains.Count > 1)
                if (await WantsReportsAsync(question, domain, cancel).ConfigureAwait(false)) sessions.Add(new(results, answer, question, domain));
        if (sessions.Count == 0) return answer.Demand;
        if (answer.Demand is TlsDemand.Refused) sessions.ForEach(s => s.Told(null, null));
        return answer.Demand with { Report = (session, problem) => sessions.ForEach(s => s.Told(session, problem)) };
    }

    static async ValueTask<bool> WantsReportsAsync(TlsQuestion question, string domain, CancellationToken cancel) =>
        await question.Context.Environment.Dns.QueryAsync("_smtp._tls." + domain, DnsType.TXT, cancel).ConfigureAwait(false) is DnsAnswer.Found found && TlsReportRecord.Of(found.Of<TextRecord>()) is not null;
}
