using System.Buffers;
using ScriptMta.Expansion;
using ScriptMta.Network;

namespace ScriptMta.Reception;

/// <summary>What the options mean for one connection: first without, then with the name that the client asks for. A failure is logged here and gives null.</summary>
sealed class TlsDecision(SmtpSession session)
{
    static readonly SearchValues<char> HostNameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    TlsServerChoice? _choice;
    List<ServerCertificate> _certificates = [];

    TlsOptions Options => session.Rules.Options.Tls;
    ExpansionContext Context => session.Context;

    /// <summary>Before the client is told to go ahead; false where it must be told that there is no TLS now.</summary>
    public bool Prepare()
    {
        if (Certificates() is not { } certificates || Policy() is not { } policy) return false;
        var verify = IsIn(Options.VerifyHosts);
        PeerTrust? trust = null;
        if ((verify || IsIn(Options.TryVerifyHosts)) && (trust = Trust(verify)) is null && verify) return false;
        _certificates = certificates;
        _choice = new()
        {
            Certificate = certificates[0], Policy = policy, Trust = trust, RequiresPeer = verify, Protocols = Options.Alpn, RequiresProtocol = IsIn(Options.RequireAlpnHosts),
            // A session that is resumed shows no certificate again.
            MayResume = trust is null && IsIn(Options.ResumptionHosts),
        };
        return true;
    }

    /// <summary>In the middle of the handshake: the client has named a host, and which signatures it understands.</summary>
    public (TlsServerChoice? Choice, string Why) Choose(string sni, ClientHello? hello)
    {
        Context.Connection.SetTls("sni", Value.Tainted(sni));
        if (sni.Length > 0 && DependsOnName())
        {
            if (sni.AsSpan().IndexOfAnyExcept(HostNameCharacters) >= 0 || sni.Contains("..", StringComparison.Ordinal)) return (null, "the name that the client asks for is no host name");
            if (!Prepare()) return (null, "no certificate for the name that the client asks for");
        }
        return (_choice! with { Certificate = Suitable(hello) }, "");
    }

    bool DependsOnName() => ((Template?[])[Options.Certificate, Options.PrivateKey, Options.RequireCiphers, Options.VerifyCertificates, Options.Crl]).Any(t => t is not null && t.Source.Contains("sni", StringComparison.Ordinal));

    /// <summary>The first whose kind the client can check; of several, an elliptic one is the cheaper for both sides, as long as the client has it.</summary>
    ServerCertificate Suitable(ClientHello? hello)
    {
        if (_certificates.Count == 1 || hello is null) return _certificates[0];
        // RFC 8446 4.2.3: ecdsa_secp256r1_sha256 and its like end in 03.
        var knowsElliptic = hello.SignatureSchemes.Any(s => (s & 0xff) == 3);
        var knowsRsa = hello.SignatureSchemes.Count == 0 || hello.SignatureSchemes.Any(s => (s & 0xff) == 1 || s is >= 0x0804 and <= 0x0806);
        return _certificates.Find(c => c.IsElliptic && knowsElliptic) ?? _certificates.Find(c => !c.IsElliptic && knowsRsa) ?? _certificates[0];
    }

    List<ServerCertificate>? Certificates()
    {
        if (Expand(Options.Certificate, "tls_certificate") is not { } files || Expand(Options.PrivateKey, "tls_privatekey") is not { } keys) return null;
        var (names, keyNames) = (new ListText(files).ToList(), new ListText(keys).ToList());
        if (names.Count == 0) return [Options.Files.SelfSigned(session.Rules.Environment.PrimaryHostname, session.Rules.Environment.Clock)];
        var certificates = new List<ServerCertificate>();
        for (var i = 0; i < names.Count; i++)
        {
            var key = i < keyNames.Count ? keyNames[i] : names[i];
            if (Options.Files.Certificates.Find(names[i], key, out var error) is { } pair) certificates.Add(pair);
            else return Fail<List<ServerCertificate>>($"cert/key setup: cert={names[i]} key={key}", error);
        }
        return certificates;
    }

    TlsPolicy? Policy()
    {
        if (Expand(Options.RequireCiphers, "tls_require_ciphers") is not { } text) return null;
        return Options.Files.Policy(text, Options.Protocols, out var error) ?? Fail<TlsPolicy>("tls_require_ciphers", error);
    }

    /// <summary>Where nobody is refused for it, what cannot be read means that no certificate is verified.</summary>
    PeerTrust? Trust(bool required)
    {
        if (Expand(Options.VerifyCertificates, "tls_verify_certificates") is not { } source || Expand(Options.Crl, "tls_crl") is not { } revoked) return null;
        if (Options.VerifyCertificates is null) source = "system";
        if (source.Length == 0) return required ? Fail<PeerTrust>("tls_verify_certificates", "no certificates to verify by") : null;
        return Options.Files.Trust(source, revoked, session.Rules.Environment.Clock, out var error)
            ?? Fail<PeerTrust>($"cert verification setup: file={source}{(revoked.Length > 0 ? $" crl={revoked}" : "")}", error);
    }

    /// <summary>Empty where the option is not set or its expansion is forced to fail.</summary>
    string? Expand(Template? template, string option)
    {
        if (template is null) return "";
        var text = template.Expand(Context);
        if (text.IsOk) return text.Text.Trim(' ', '\t', '\n', '\r');
        if (text.Kind == ExpandedKind.ForcedFail) return "";
        TlsLog.ExpansionFailed(session, option, text.Error);
        return null;
    }

    bool IsIn(RuleList? hosts) => hosts is not null && hosts.MatchHost(Context.Connection.HostAddress, Context).Match.IsYes;

    T? Fail<T>(string reason, string detail) where T : class
    {
        TlsLog.Failed(session, reason, detail);
        return null;
    }
}
