using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Network;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>What DANE demands of a host (RFC 7672; Exim 43.18): hosts_try_dane, hosts_require_dane, dane_require_tls_ciphers. Error texts are Exim's.</summary>
sealed class DanePolicy(OptionReader reader)
{
    /// <summary>Exim's numbers: a DNS lookup that is to be repeated, and TLS that is required and cannot be had.</summary>
    const int DnsDefer = -36, TlsRequired = -38;

    readonly RuleList? _try = reader.List("hosts_try_dane", RuleList.Hosts), _require = reader.List("hosts_require_dane", RuleList.Hosts);
    readonly RuleList? _request = reader.List("dnssec_request_domains", RuleList.Domains);
    readonly Template? _ciphers = reader.Template("dane_require_tls_ciphers");

    /// <summary>Null where DANE has no say: not asked for, no DNSSEC, or no TLSA records.</summary>
    public async ValueTask<PolicyAnswer?> AskAsync(TlsQuestion question, CancellationToken cancel)
    {
        var host = new CalledHost(question.Endpoint, question.Context);
        var isRequired = host.IsIn(_require, "hosts_require_dane");
        if (!isRequired && !host.IsIn(_try, "hosts_try_dane", otherwise: true)) return null;
        var name = question.Host.Name;
        // The name is as good as where it comes from; one that the configuration has is good.
        if (!(question.Host.Origin?.IsSecure ?? IsRequested(name, question.Context))) return isRequired ? Required($"DANE error: {name} lookup not DNSSEC") : null;
        return await TlsaLookup.FindAsync(question.Context.Environment.Dns, name, question.Endpoint.Port, cancel).ConfigureAwait(false) switch
        {
            TlsaAnswer.Found found => Found(question, found, isRequired),
            TlsaAnswer.Again => new(new TlsDemand.Refused("DANE error: tlsa lookup DEFER", DnsDefer), new("tlsa", [], [name]), TlsResult.DnssecInvalid),
            TlsaAnswer.None { IsSecure: false } when isRequired => Required($"DANE error: {name} lookup not DNSSEC"),
            TlsaAnswer.None when isRequired => Required("DANE error: tlsa lookup FAIL"),
            _ => null,
        };
    }

    bool IsRequested(string name, ExpansionContext context) => _request?.MatchDomain(name, context).Match.IsYes ?? true;

    static PolicyAnswer Required(string text) => new(new TlsDemand.Refused(text, TlsRequired) { IsFinal = true }, ReportedPolicy.None, TlsResult.DaneRequired);

    PolicyAnswer Found(TlsQuestion question, TlsaAnswer.Found found, bool isRequired)
    {
        var records = new TlsaSet(found.Records);
        var policy = new ReportedPolicy("tlsa", [.. found.Records.Select(Text)], [question.Host.Name]);
        if (!records.IsUsable)
            return isRequired ? new(new TlsDemand.Refused($"DANE error: no usable TLSA record for {question.Host.Name}", TlsRequired), policy, TlsResult.TlsaInvalid) : new(new TlsDemand.Required(), policy);
        var run = new DaneRun(records, Names(question, found.BaseDomain), question.Context.Environment.Clock);
        var ciphers = _ciphers?.Expand(question.Context) is { IsOk: true } text ? text.Text.TrimSpace() : "";
        return new(new TlsDemand.Dane($"{found.BaseDomain} {string.Join(' ', run.Names)} {string.Join(' ', policy.Lines)}", found.BaseDomain, run.Check, ciphers), policy) { Fault = () => run.Fault };
    }

    /// <summary>RFC 7672 3.2.2: the server may be certified for the domain, the host, or what their CNAMEs lead to, all of which DNSSEC has proved.</summary>
    static List<string> Names(TlsQuestion question, string baseDomain)
    {
        List<string> names = [baseDomain, question.Host.Name.LowerAscii()];
        if (question.Host.Origin is { } origin && question.Domains.Count < 2) names.AddRange([origin.Domain.LowerAscii(), origin.Canonical.LowerAscii()]);
        return [.. names.Where(n => n.Length > 0).Distinct()];
    }

    static string Text(TlsaRecord record) => $"{record.Usage} {record.Selector} {record.MatchingType} {Convert.ToHexString(record.Data.AsSpan())}";
}

/// <summary>One handshake's certificates against one set of records.</summary>
sealed class DaneRun(TlsaSet records, IReadOnlyList<string> names, TimeProvider clock)
{
    public IReadOnlyList<string> Names => names;
    /// <summary>What was wrong at the last check.</summary>
    public CertificateFault Fault { get; private set; }

    public (string? Problem, int Usages) Check(System.Security.Cryptography.X509Certificates.X509Certificate2 peer, IReadOnlyList<System.Security.Cryptography.X509Certificates.X509Certificate2> sent)
    {
        var verdict = DaneCheck.Check(records, peer, sent, names, clock.GetUtcNow());
        Fault = verdict.Fault;
        return (verdict.IsGood ? null : verdict.Text, records.UsageBits);
    }
}
