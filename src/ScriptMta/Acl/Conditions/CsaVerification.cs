using System.Net;
using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Lookups;

namespace ScriptMta.Acl;

/// <summary>
/// verify = csa and csa/domain (Exim 44.52): is this host one of those that the domain of its HELO name says send its mail? Only a plain no fails: what is unknown or cannot
/// be looked up passes, and $csa_status tells. Each domain is asked about once a connection.
/// </summary>
static class CsaVerification
{
    const string StatusVariable = "csa_status";

    static readonly CsaFinding Unknown = new(true, "unknown", "unknown"), Ok = new(true, "ok", "ok");
    static readonly CsaFinding SearchFailed = new(true, "defer", "deferred (SRV lookup failed)"), AddressFailed = new(true, "defer", "deferred (target address lookup failed)");
    static readonly CsaFinding NotExplicit = new(false, "fail", "failed (explicit authorization required)"), NotAuthorized = new(false, "fail", "failed (host name not authorized)");
    static readonly CsaFinding NoAddress = new(false, "fail", "failed (no authorized addresses)"), OtherAddress = new(false, "fail", "failed (client address mismatch)");

    public static async ValueTask<AclResult> RunAsync(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        var connection = run.Context.Connection;
        var domain = request.Options.Count > 0 ? request.Options[0] : connection.HeloName.Length > 0 ? connection.HeloName : connection.HostAddress;
        if (!run.Session.CsaFindings.TryGetValue(domain, out var finding))
            run.Session.CsaFindings[domain] = finding = await FindAsync(run, domain, cancel).ConfigureAwait(false);
        run.Context.Variables[StatusVariable] = Value.Clean(finding.Status);
        var text = $"client SMTP authorization {finding.Reason}";
        return new(finding.Holds ? AclResultKind.Ok : AclResultKind.Fail, text, text);
    }

    static async ValueTask<CsaFinding> FindAsync(AclRun run, string domain, CancellationToken cancel)
    {
        if (!IPAddress.TryParse(run.Context.Connection.HostAddress, out var host)) return Unknown;
        var name = domain.TrimStart('[').TrimEnd(']');
        if (name.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase)) name = name["IPv6:".Length..];
        if (IPAddress.TryParse(name, out var literal))
        {
            if (!run.Runner.Csa.UseReverse) return Unknown;
            name = ReverseName.Of(literal);
        }
        var dns = run.Context.Environment.Dns;
        var (answer, at) = await run.Runner.Csa.FindAsync(name, one => dns.QueryAsync(one, DnsType.SRV, cancel)).ConfigureAwait(false);
        return answer switch
        {
            DnsAnswer.Found found => await JudgeAsync(dns, found.Of<SrvRecord>(), host, isOwn: at == name, cancel).ConfigureAwait(false),
            DnsAnswer.Again => SearchFailed,
            _ => Unknown,
        };
    }

    /// <summary>The first record of the version that we know decides.</summary>
    static async ValueTask<CsaFinding> JudgeAsync(IDnsResolver dns, IEnumerable<SrvRecord> records, IPAddress host, bool isOwn, CancellationToken cancel)
    {
        foreach (var record in records)
            switch (CsaSearch.Text(record, isOwn))
            {
                case ['X', ..]: return NotExplicit;
                case ['?', ..]: return Unknown;
                case ['N', ..]: return NotAuthorized;
                case ['Y', ..]: return await TargetAsync(dns, record.Target, host, cancel).ConfigureAwait(false);
            }
        return Unknown;
    }

    static async ValueTask<CsaFinding> TargetAsync(IDnsResolver dns, string target, IPAddress host, CancellationToken cancel)
    {
        var type = host.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? DnsType.AAAA : DnsType.A;
        return await dns.QueryAsync(target, type, cancel).ConfigureAwait(false) switch
        {
            DnsAnswer.Found found => found.Of<AddressRecord>().Any(r => r.Address.Equals(host)) ? Ok : OtherAddress,
            DnsAnswer.Again => AddressFailed,
            _ => NoAddress,
        };
    }
}

/// <summary>What a domain says of the connected host; Status is $csa_status.</summary>
sealed record CsaFinding(bool Holds, string Status, string Reason);
