using ScriptMta.Network;

namespace ScriptMta.Transports;

/// <summary>One session with a server, until it is known how TLS came out; then it is counted, once.</summary>
sealed class ReportedSession(TlsReportStore results, PolicyAnswer answer, TlsQuestion question, string domain)
{
    bool _isCounted;

    /// <param name="session">Null = in clear, or none.</param>
    /// <param name="problem">What the log says of a handshake that failed; null = none did.</param>
    public void Told(TlsSession? session, string? problem)
    {
        if (_isCounted) return;
        _isCounted = true;
        var type = answer.Trouble.Length > 0 ? answer.Trouble : Type(session, problem);
        var result = new TlsResult(domain, answer.Policy);
        results.Count(type.Length == 0 ? result : result with { ResultType = type, MxHost = question.Host.Name, ReceivingAddress = question.Endpoint.Address.ToString(), Detail = answer.Detail.Length > 0 ? answer.Detail : problem ?? "" });
    }

    /// <summary>RFC 8460 4.3.</summary>
    string Type(TlsSession? session, string? problem)
    {
        if (session is not null) return answer.Policy.Type == "sts" && !session.IsPeerVerified ? TlsResult.NotTrusted : "";
        if (problem is null || problem.Contains("did not offer TLS", StringComparison.Ordinal)) return TlsResult.NoStartTls;
        return answer.Fault() switch
        {
            CertificateFault.HostMismatch => TlsResult.HostMismatch,
            CertificateFault.Expired => TlsResult.Expired,
            CertificateFault.NotTrusted => TlsResult.NotTrusted,
            _ when problem.Contains("names of the policy", StringComparison.Ordinal) => TlsResult.HostMismatch,
            _ when problem.Contains("certificate verification failed", StringComparison.Ordinal) && answer.Policy.Type == "sts" => TlsResult.NotTrusted,
            _ => TlsResult.Other,
        };
    }
}
