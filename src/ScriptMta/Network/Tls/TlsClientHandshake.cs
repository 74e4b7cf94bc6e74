using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Network;

/// <summary>The client's side of one handshake.</summary>
/// <param name="inner">On success it belongs to the stream of the outcome; on failure it is closed.</param>
sealed class TlsClientHandshake(Stream inner, TlsClientPlan plan)
{
    const string NotVerified = "certificate verification failed";

    TlsOutcome.Failed? _failure;
    bool _isPeerVerified, _isDane;
    int _usages;

    /// <summary>Throws OperationCanceledException; everything else that can go wrong is an outcome.</summary>
    public async ValueTask<TlsOutcome> RunAsync(CancellationToken cancel)
    {
        var tap = new HandshakeTap(inner, isClient: true, ownsStream: true);
        var stream = new SslStream(tap, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(Options(), cancel).ConfigureAwait(false);
            if (plan.RequiresProtocol && stream.NegotiatedApplicationProtocol.Protocol.IsEmpty) _failure = new("handshake", "ALPN required but not negotiated", plan.Sni);
            if (_failure is null) return Secured(stream, tap);
        }
        catch (Exception error) when (error is AuthenticationException or IOException or InvalidOperationException or CryptographicException or NotSupportedException or ArgumentException)
        {
            _failure ??= new("gnutls_handshake", TlsFailure.Explain(error, heardPeer: true), plan.Sni);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await stream.DisposeAsync().ConfigureAwait(false);
        return _failure;
    }

    TlsOutcome.Secured Secured(SslStream stream, HandshakeTap tap)
    {
        var session = TlsSession.Of(stream) with
        {
            IsClient = true, Sni = plan.Sni, IsResumed = tap.IsResumed, OfferedSession = tap.ClientHello?.OffersSession ?? false, MayResume = plan.MayResume, IsPeerVerified = _isPeerVerified,
            IsDane = _isDane, TlsaUsages = _usages, Own = stream.IsMutuallyAuthenticated ? plan.Certificate?.Context.TargetCertificate : null,
        };
        tap.Finish();
        return new(stream, session);
    }

    SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = plan.Sni, EnabledSslProtocols = plan.Policy.Protocols, CipherSuitesPolicy = plan.Policy.Suites, ClientCertificateContext = plan.Certificate?.Context,
        RemoteCertificateValidationCallback = Check, CertificateChainPolicy = plan.Trust?.Policy(ofServer: true) ?? Trustless(),
        ApplicationProtocols = plan.Protocols.Count == 0 ? null : [.. plan.Protocols],
        AllowRenegotiation = false, AllowTlsResume = plan.MayResume, CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    /// <summary>Nothing of the system's store is asked, and nothing fetched.</summary>
    static X509ChainPolicy Trustless() => new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust };

    bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 peer) return Fail("no certificate", plan.RequiresPeer || plan.Demand is TlsDemand.Verified or TlsDemand.Dane);
        if (plan.Demand is TlsDemand.Dane dane) return CheckDane(dane, peer, chain);
        var isTrusted = plan.Trust is { } trust && trust.Accepts(peer, chain, (errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0);
        if (!isTrusted) return Fail("certificate invalid", plan.RequiresPeer || plan.Demand is TlsDemand.Verified);
        if (plan.Demand is TlsDemand.Verified { Names: var names } && !names.Any(n => PeerName.Matches(peer, n))) return Fail("certificate is for none of the names of the policy", isFatal: true);
        if (plan.ChecksName && !PeerName.Matches(peer, plan.Host)) return Fail("", plan.RequiresPeer);
        return _isPeerVerified = true;
    }

    bool CheckDane(TlsDemand.Dane dane, X509Certificate2 peer, X509Chain? chain)
    {
        var (problem, usages) = dane.Check(peer, chain is null ? [] : [.. chain.ChainPolicy.ExtraStore]);
        if (problem is not null) return Fail(problem, isFatal: true);
        _usages = usages;
        return _isPeerVerified = _isDane = true;
    }

    /// <summary>What is not fatal goes on unverified.</summary>
    bool Fail(string detail, bool isFatal)
    {
        if (isFatal) _failure = new(NotVerified, detail, plan.Sni);
        return !isFatal;
    }
}
