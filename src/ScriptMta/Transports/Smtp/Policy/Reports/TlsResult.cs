using System.Collections.Immutable;

namespace ScriptMta.Transports;

/// <summary>Under which policy a session was to be secured (RFC 8460 4.2). Lines are the policy's own words.</summary>
sealed record ReportedPolicy(string Type, ImmutableArray<string> Lines, ImmutableArray<string> MxHosts)
{
    public static readonly ReportedPolicy None = new("no-policy-found", [], []);

    public static ReportedPolicy Of(StsPolicy policy) => new("sts", [.. policy.Lines()], policy.Patterns);

    /// <summary>Policies are told apart by this.</summary>
    public string Key => $"{Type} {string.Join('\t', Lines)} {string.Join('\t', MxHosts)}";

    public bool Equals(ReportedPolicy? other) => other is not null && Key == other.Key;
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);
}

/// <summary>One session with a server of the domain. ResultType is of RFC 8460 4.3; empty = it was secured as the policy wants it.</summary>
sealed record TlsResult(string Domain, ReportedPolicy Policy, string ResultType = "", string MxHost = "", string ReceivingAddress = "", string SendingAddress = "", string Detail = "")
{
    public const string NoStartTls = "starttls-not-supported", HostMismatch = "certificate-host-mismatch", Expired = "certificate-expired", NotTrusted = "certificate-not-trusted", Other = "validation-failure",
        TlsaInvalid = "tlsa-invalid", DnssecInvalid = "dnssec-invalid", DaneRequired = "dane-required";

    public bool IsSuccess => ResultType.Length == 0;
}

/// <summary>How often something was seen on one day (UTC).</summary>
readonly record struct CountedResult(DateOnly Day, TlsResult Result, long Count);
