using System.Net;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Common;

namespace ScriptMta.Network;

/// <summary>Whether a server's certificate is for a name (RFC 6125): its alternative names, or the common name where it has none of them.</summary>
static class PeerName
{
    /// <param name="name">A host name, an address, or a pattern of RFC 8461 4.1, "*.example.org".</param>
    public static bool Matches(X509Certificate2 certificate, string name)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (IPAddress.TryParse(name, out var address)) return alternatives?.EnumerateIPAddresses().Contains(address) ?? false;
        var names = alternatives?.EnumerateDnsNames().ToList() ?? [];
        if (names.Count == 0) names.Add(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        return names.Exists(n => Same(n.TrimEnd('.'), name.TrimEnd('.')));
    }

    /// <summary>A wildcard stands for one label: in a certificate for the first of three or more, as Exim has it (30, tls_verify_cert_hostnames).</summary>
    static bool Same(string presented, string wanted)
    {
        if (presented.Length == 0 || wanted.Length == 0) return false;
        if (AsciiCase.Same(presented, wanted)) return true;
        return (IsWildcard(presented) && presented.IndexOf('.', 2) > 0 && SameParent(presented, wanted)) || (IsWildcard(wanted) && !IsWildcard(presented) && SameParent(wanted, presented));
    }

    static bool IsWildcard(string name) => name.StartsWith("*.", StringComparison.Ordinal);

    static bool SameParent(string wildcard, string name) => name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && AsciiCase.Same(wildcard.AsSpan(1), name.AsSpan(dot));
}
