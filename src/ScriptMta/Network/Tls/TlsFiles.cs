using System.Collections.Concurrent;
using System.Security.Authentication;

namespace ScriptMta.Network;

/// <summary>What the TLS options of one configuration lead to: certificates, cipher policies and trust, each read once, and certificates again when their files change.</summary>
sealed class TlsFiles
{
    /// <summary>Texts that come from an expansion are few; should they not be, they are read again.</summary>
    const int MostKept = 100;
    /// <summary>Well before a certificate of our own ends.</summary>
    static readonly TimeSpan OwnLife = TimeSpan.FromDays(180);
    /// <summary>A revocation list is renewed under its name, about daily.</summary>
    static readonly TimeSpan TrustLife = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, TlsPolicy> _policies = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<(string, string), (PeerTrust Trust, long ReadAt)> _trusts = new();
    readonly Lock _gate = new();
    ServerCertificate? _own;
    DateTimeOffset _madeAt;

    public CertificateCache Certificates { get; } = new();

    /// <summary>One for all connections, made when the first needs it.</summary>
    public ServerCertificate SelfSigned(string name, TimeProvider clock)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_own is not null && now - _madeAt < OwnLife) return _own;
            _madeAt = now;
            return _own = ServerCertificate.SelfSigned(name, now);
        }
    }

    public TlsPolicy? Policy(string text, SslProtocols protocols, out string error)
    {
        error = "";
        if (_policies.TryGetValue(text, out var known)) return known;
        if (TlsPolicy.Parse(text, protocols, out error) is not { } policy) return null;
        if (_policies.Count >= MostKept) _policies.Clear();
        return _policies[text] = policy;
    }

    public PeerTrust? Trust(string source, string revocationFile, TimeProvider clock, out string error)
    {
        error = "";
        if (_trusts.TryGetValue((source, revocationFile), out var known) && clock.GetElapsedTime(known.ReadAt) < TrustLife) return known.Trust;
        if (PeerTrust.Load(source, revocationFile, out error) is not { } trust) return null;
        if (_trusts.Count >= MostKept) _trusts.Clear();
        _trusts[(source, revocationFile)] = (trust, clock.GetTimestamp());
        return trust;
    }
}
