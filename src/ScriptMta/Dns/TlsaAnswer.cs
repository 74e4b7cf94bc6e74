using System.Collections.Immutable;

namespace ScriptMta.Dns;

/// <summary>What DNSSEC says about the certificate of one service of a host (RFC 7672 2.2). Reasons are for the log.</summary>
abstract record TlsaAnswer
{
    TlsaAnswer() { }

    /// <summary>Never empty, and proved by DNSSEC. BaseDomain is the name they were found under: the host's, or the one that its CNAMEs lead to.</summary>
    public sealed record Found(ImmutableArray<TlsaRecord> Records, string BaseDomain) : TlsaAnswer;

    /// <summary>It is sure that there is nothing that counts. IsSecure: the host's own name is in a signed zone.</summary>
    public sealed record None(bool IsSecure, string Reason) : TlsaAnswer;

    /// <summary>It could not be asked: somebody may be hiding the records, so the host must not be used (RFC 7672 2.1.1).</summary>
    public sealed record Again(string Reason) : TlsaAnswer;
}
