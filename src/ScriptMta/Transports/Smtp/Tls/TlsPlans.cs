using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Network;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>Makes the plan of one handshake from the options, when the server has agreed to TLS. What goes wrong is said in the words that Exim puts after "TLS session: ".</summary>
sealed class TlsPlans(SmtpTlsOptions options, ExpansionContext context, PeerEndpoint endpoint, TlsDemand demand)
{
    const string Internal = "Internal error";

    readonly CalledHost _host = new(endpoint, context);
    string _error = "";

    public (TlsClientPlan? Plan, string Error) Make()
    {
        try { return (Plan(), _error); }
        catch (UndecidedException undecided) { return (null, undecided.Message); }
    }

    TlsClientPlan? Plan()
    {
        if (_host.IsIn(options.RequireOcspHosts, "hosts_require_ocsp")) return Fail<TlsClientPlan>("(certificate status check failed)");
        if (!TryCertificate(out var certificate) || Policy() is not { } policy || Sni() is not { } sni) return null;
        var requires = options.VerifiesEverybody || _host.IsIn(options.VerifyHosts, "tls_verify_hosts");
        var verifies = requires || demand is TlsDemand.Verified || _host.IsIn(options.TryVerifyHosts, "tls_try_verify_hosts", otherwise: true);
        PeerTrust? trust = null;
        if (verifies && demand is not TlsDemand.Dane && !TryTrust(out trust)) return null;
        var resumes = _host.IsIn(options.ResumptionHosts, "tls_resumption_hosts");
        return new()
        {
            // The platform keeps sessions by the name that was asked for.
            Host = endpoint.Name, Sni = sni.Length == 0 && resumes ? endpoint.Name : sni, Policy = policy, Certificate = certificate, Trust = trust, RequiresPeer = requires, Demand = demand, MayResume = resumes,
            ChecksName = verifies && _host.IsIn(options.VerifyNameHosts, "tls_verify_cert_hostnames", otherwise: true),
            Protocols = options.Alpn, RequiresProtocol = _host.IsIn(options.RequireAlpnHosts, "hosts_require_alpn"),
        };
    }

    string? Sni() => demand switch
    {
        TlsDemand.Dane dane => dane.Sni,
        TlsDemand.Verified verified => verified.Sni,
        _ => Expand(options.Sni, "tls_sni"),
    };

    bool TryCertificate(out ServerCertificate? certificate)
    {
        certificate = null;
        if (Expand(options.Certificate, "tls_certificate") is not { } file || Expand(options.PrivateKey, "tls_privatekey") is not { } key) return false;
        if (file.Length == 0) return true;
        if (key.Length == 0) key = file;
        certificate = options.Files.Certificates.Find(file, key, out var error);
        if (certificate is null) _error = $"(cert/key setup: cert={file} key={key}): {error}";
        return certificate is not null;
    }

    TlsPolicy? Policy()
    {
        var text = demand is TlsDemand.Dane { CipherText: { Length: > 0 } strict } ? strict : Expand(options.RequireCiphers, "tls_require_ciphers");
        if (text is null) return null;
        return options.Files.Policy(text, TlsPolicy.Spoken, out var error) ?? Fail<TlsPolicy>($"(tls_require_ciphers \"{text}\"): {error}");
    }

    /// <summary>Null with true where the option is empty: then nothing is trusted.</summary>
    bool TryTrust(out PeerTrust? trust)
    {
        trust = null;
        var source = options.VerifyCertificates is null ? "system" : Expand(options.VerifyCertificates, "tls_verify_certificates");
        if (source is null || Expand(options.Crl, "tls_crl") is not { } revoked) return false;
        if (source.Length == 0) return true;
        trust = options.Files.Trust(source, revoked, context.Environment.Clock, out var error);
        if (trust is null) _error = $"(tls_verify_certificates={source}{(revoked.Length > 0 ? $" tls_crl={revoked}" : "")}): {error}";
        return trust is not null;
    }

    /// <summary>Empty where the option is not set or its expansion is forced to fail.</summary>
    string? Expand(Template? template, string option)
    {
        if (template is null) return "";
        var text = template.Expand(context);
        if (text.IsOk) return text.Text.TrimSpace();
        if (text.Kind == ExpandedKind.ForcedFail) return "";
        context.Environment.Log.Panic(context.Message.Id, $"expansion of {option} failed: {text.Error}");
        return Fail<string>(Internal);
    }

    T? Fail<T>(string error) where T : class
    {
        _error = error;
        return null;
    }
}
