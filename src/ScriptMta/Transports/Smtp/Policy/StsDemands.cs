using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Network;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>What MTA-STS demands of a host of a domain's mail exchange (RFC 8461 4, 5).</summary>
sealed class StsDemands(StsPolicies policies)
{
    /// <summary>No number of Exim's, which has no MTA-STS.</summary>
    const int NotAllowed = -38;

    public async ValueTask<bool> HasPolicyAsync(HostOrigin origin, string domain, IDnsResolver dns, CancellationToken cancel) =>
        AsciiCase.Same(origin.Domain, domain) && await policies.FindAsync(dns, domain, cancel).ConfigureAwait(false) is not { Policy: null, Failure: null };

    /// <summary>Null where the domain has no policy, or the host was not found by its MX records (a smarthost, say), which the policy is about.</summary>
    public async ValueTask<PolicyAnswer?> AskAsync(TlsQuestion question, string domain, CancellationToken cancel)
    {
        if (question.Host.Origin is not { } origin || !AsciiCase.Same(origin.Domain, domain)) return null;
        var found = await policies.FindAsync(question.Context.Environment.Dns, domain, cancel).ConfigureAwait(false);
        if (found.Policy is not { } policy)
            return found.Failure is { } failure ? new(TlsDemand.Options, new("sts", [], []), failure.ResultType, failure.Why) : null;
        var (host, reported) = (question.Host.Name.LowerAscii(), ReportedPolicy.Of(policy));
        var isAllowed = policy.Allows(host);
        if (policy.Mode == StsMode.Testing) return new(TlsDemand.Options, reported, isAllowed ? "" : TlsResult.Other, isAllowed ? "" : "the host is not in the policy");
        return isAllowed
            ? new(new TlsDemand.Verified([host], host), reported)
            : new(new TlsDemand.Refused($"MTA-STS error: {question.Host.Name} is not in the policy of {domain}", NotAllowed), reported, TlsResult.Other, "the host is not in the policy");
    }
}
