using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Network;

/// <summary>
/// What must hold of TLS with one host before mail goes there, apart from what a transport's own options want. Key tells demands apart where an open connection or a session could serve another one.
/// </summary>
abstract record TlsDemand
{
    TlsDemand(string key) => Key = key;

    public string Key { get; }

    /// <summary>Hears how TLS came out: what was agreed on (null = the session is in clear), or what the log says of a handshake that failed. Null = nobody asks.</summary>
    public Action<TlsSession?, string?>? Report { get; init; }

    /// <summary>Only what the options say.</summary>
    public static readonly TlsDemand Options = new Opportunistic();

    /// <summary>Plain text, whatever the server offers.</summary>
    public sealed record None() : TlsDemand("none");

    /// <summary>TLS where it is offered and the options do not forbid it.</summary>
    public sealed record Opportunistic() : TlsDemand("");

    /// <summary>Encrypted or not at all, with whomever it is.</summary>
    public sealed record Required() : TlsDemand("tls");

    /// <summary>Encrypted, with a certificate that comes from a trusted authority for one of the names; "*.example" stands for one label (RFC 8461 4.1). Sni is what the server is asked for (RFC 8461 requires one).</summary>
    public sealed record Verified(ImmutableArray<string> Names, string Sni) : TlsDemand($"sts {Sni} {string.Join(' ', Names)}");

    /// <summary>Encrypted, with a certificate that passes the check (RFC 7672); nothing else is asked of it. Sni is the TLSA base domain. CipherText overrides tls_require_ciphers (dane_require_tls_ciphers); empty = it does not.</summary>
    /// <param name="Identity">What the check depends on, for <see cref="Key"/>.</param>
    public sealed record Dane(string Identity, string Sni, CertificateCheck Check, string CipherText = "") : TlsDemand("dane " + Identity);

    /// <summary>It cannot be said now, or the host must not have the mail at all: it is not called. Text is in Exim's words, Errno what its log shows.</summary>
    public sealed record Refused(string Text, int Errno) : TlsDemand("no")
    {
        /// <summary>It will not be otherwise later: the mail is sent back.</summary>
        public bool IsFinal { get; init; }
    }

    /// <summary>No fall-back to plain text.</summary>
    public bool IsTlsRequired => this is Required or Verified or Dane;
}

/// <summary>Judges what a server shows: its own certificate and those that it sent along. Problem = null: it is good; Usages has a bit for each usage among the TLSA records (for $tls_out_tlsa_usage).</summary>
delegate (string? Problem, int Usages) CertificateCheck(X509Certificate2 peer, IReadOnlyList<X509Certificate2> sent);
