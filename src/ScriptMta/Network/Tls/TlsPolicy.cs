using System.Net.Security;
using System.Security.Authentication;

namespace ScriptMta.Network;

/// <summary>
/// Which protocol versions and cipher suites a server agrees to. Suites = null: those of the platform, which also lets contexts and sessions be shared; so a list that comes to the same set is null.
/// </summary>
/// <param name="Notes">What of the text has no effect here, for a warning at load.</param>
sealed record TlsPolicy(SslProtocols Protocols, CipherSuitesPolicy? Suites, IReadOnlyList<string> Notes)
{
    /// <summary>RFC 8996: nothing older is spoken, whatever an option says.</summary>
    public const SslProtocols Spoken = SslProtocols.Tls12 | SslProtocols.Tls13;

    public static readonly TlsPolicy Default = new(Spoken, null, []);

    /// <summary>The text of tls_require_ciphers: an OpenSSL cipher list or a GnuTLS priority string. Null, and an error, when nothing is left that both sides could speak.</summary>
    public static TlsPolicy? Parse(string text, SslProtocols allowed, out string error)
    {
        error = "";
        if (text.Trim(' ', '\t', '\n', '\r').Length == 0) return Default with { Protocols = allowed };
        var read = PriorityString.IsOne(text) ? PriorityString.Read(text, out error) : CipherList.Read(text, out error);
        if (read is null) return null;
        var protocols = read.Protocols & allowed;
        var suites = read.Suites.Where(s => protocols.HasFlag(s.IsModern ? SslProtocols.Tls13 : SslProtocols.Tls12)).ToList();
        if (!suites.Exists(s => s.IsModern)) protocols = Without(protocols, SslProtocols.Tls13);
        if (suites.TrueForAll(s => s.IsModern)) protocols = Without(protocols, SslProtocols.Tls12);
        if (protocols != SslProtocols.None) return new(protocols, IsEverything(suites, protocols) ? null : new CipherSuitesPolicy(suites.Select(s => s.Suite)), read.Notes);
        error = "it leaves no cipher suite";
        return null;
    }

    public static SslProtocols Without(SslProtocols all, SslProtocols one) => all.HasFlag(one) ? all ^ one : all;

    static bool IsEverything(List<CipherSuite> suites, SslProtocols protocols) =>
        CipherSuites.All.All(s => !protocols.HasFlag(s.IsModern ? SslProtocols.Tls13 : SslProtocols.Tls12) || suites.Contains(s));
}

/// <summary>What a text of tls_require_ciphers says.</summary>
sealed record CipherChoice(SslProtocols Protocols, IReadOnlyList<CipherSuite> Suites, IReadOnlyList<string> Notes);
