using ScriptMta.Network;

namespace ScriptMta.Transports;

/// <summary>What a policy demands of one host, and what a report calls it. Trouble is the result type where the demand itself is the failure.</summary>
sealed record PolicyAnswer(TlsDemand Demand, ReportedPolicy Policy, string Trouble = "", string Detail = "")
{
    /// <summary>What the policy's own check of a certificate found, where it has one.</summary>
    public Func<CertificateFault> Fault { get; init; } = static () => CertificateFault.None;
}
