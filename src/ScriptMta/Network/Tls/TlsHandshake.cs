using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Network;

/// <summary>The server's side of one handshake.</summary>
/// <param name="choose">Gets the name that the client asks for (or "") and its hello; null, with a reason, where there is no certificate for it.</param>
sealed class TlsHandshake(HandshakeTap tap, Func<string, ClientHello?, (TlsServerChoice? Choice, string Why)> choose)
{
    const string Handshake = "gnutls_handshake";

    TlsServerChoice? _choice;
    ClientHello? _hello;
    TlsOutcome.Failed? _failure;
    string _sni = "";
    bool _isPeerVerified;

    /// <summary>Throws OperationCanceledException; everything else that can go wrong is an outcome. The inner stream stays open.</summary>
    public async ValueTask<TlsOutcome> RunAsync(CancellationToken cancel)
    {
        var stream = new SslStream(tap, leaveInnerStreamOpen: true);
        try
        {
            await stream.AuthenticateAsServerAsync(ChooseAsync, this, cancel).ConfigureAwait(false);
            if (_choice!.RequiresProtocol && stream.NegotiatedApplicationProtocol.Protocol.IsEmpty) _failure = new("handshake", "ALPN required but not negotiated", _sni);
            if (_failure is null) return Secured(stream);
        }
        catch (Exception error) when (error is AuthenticationException or IOException or InvalidOperationException or CryptographicException or NotSupportedException)
        {
            _failure ??= new(Handshake, TlsFailure.Explain(error, _hello is not null), _sni);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await stream.DisposeAsync().ConfigureAwait(false);
        return _failure;
    }

    TlsOutcome.Secured Secured(SslStream stream)
    {
        var session = TlsSession.Of(stream) with
        {
            Sni = _sni, IsResumed = tap.IsResumed, OfferedSession = _hello?.OffersSession ?? false, MayResume = _choice!.MayResume, IsPeerVerified = _isPeerVerified,
            Own = _choice.Certificate.Context.TargetCertificate,
        };
        tap.Finish();
        return new(stream, session);
    }

    static ValueTask<SslServerAuthenticationOptions> ChooseAsync(SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancel) => new(((TlsHandshake)state!).Options(hello));

    SslServerAuthenticationOptions Options(SslClientHelloInfo hello)
    {
        (_sni, _hello) = (Common.Latin1.FromUnicode(hello.ServerName), tap.ClientHello);
        var (choice, why) = choose(_sni, _hello);
        if (choice is null)
        {
            _failure = new(Handshake, why, _sni);
            throw new AuthenticationException(why);
        }
        _choice = choice;
        return new()
        {
            ServerCertificateContext = choice.Certificate.Context, EnabledSslProtocols = choice.Policy.Protocols, CipherSuitesPolicy = choice.Policy.Suites,
            ClientCertificateRequired = choice.Trust is not null, RemoteCertificateValidationCallback = choice.Trust is null ? null : Check, CertificateChainPolicy = choice.Trust?.Policy(),
            ApplicationProtocols = choice.Protocols.Count == 0 || _hello is { OffersProtocols: false } ? null : [.. choice.Protocols],
            AllowRenegotiation = false, AllowTlsResume = choice.MayResume, CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
    }

    bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 peer)
        {
            if (_choice!.RequiresPeer) _failure = new(Handshake, "Certificate is required.", _sni);
            return !_choice.RequiresPeer;
        }
        _isPeerVerified = _choice!.Trust!.Accepts(peer, chain, errors == SslPolicyErrors.None);
        if (!_isPeerVerified && _choice.RequiresPeer) _failure = new("certificate verification failed", "certificate invalid", _sni);
        return _isPeerVerified || !_choice.RequiresPeer;
    }
}
