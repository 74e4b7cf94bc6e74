using System.Net.Security;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Network;

namespace ScriptMta.Transports;

/// <summary>TLS of the smtp transport (Exim chapters 30 and 43.10), with Exim's defaults. Everything is expanded for each connection.</summary>
sealed record SmtpTlsOptions
{
    /// <summary>protocol = smtps.</summary>
    public bool OnConnect { get; init; }
    public RuleList? AvoidHosts { get; init; }
    public RuleList? VerifyAvoidHosts { get; init; }
    public RuleList? RequireHosts { get; init; }
    /// <summary>A connection with TLS serves one message only (hosts_nopass_tls).</summary>
    public RuleList? NoPassHosts { get; init; }
    public bool TriesClear { get; init; } = true;

    public Template? Certificate { get; init; }
    public Template? PrivateKey { get; init; }
    public Template? RequireCiphers { get; init; }
    public Template? Sni { get; init; }
    public IReadOnlyList<SslApplicationProtocol> Alpn { get; init; } = [];
    public RuleList? RequireAlpnHosts { get; init; }
    public RuleList? ResumptionHosts { get; init; }

    public RuleList? VerifyHosts { get; init; }
    /// <summary>Null = all.</summary>
    public RuleList? TryVerifyHosts { get; init; }
    /// <summary>Null = all.</summary>
    public RuleList? VerifyNameHosts { get; init; }
    /// <summary>Null = "system".</summary>
    public Template? VerifyCertificates { get; init; }
    public Template? Crl { get; init; }
    /// <summary>No certificate status can be asked for: TLS with these fails (hosts_require_ocsp).</summary>
    public RuleList? RequireOcspHosts { get; init; }

    public TlsFiles Files { get; } = new();

    public static SmtpTlsOptions From(OptionReader reader)
    {
        var options = new SmtpTlsOptions
        {
            OnConnect = reader.Text("protocol")?.Text == "smtps", TriesClear = reader.Bool("tls_tempfail_tryclear", true),
            AvoidHosts = Hosts("hosts_avoid_tls"), VerifyAvoidHosts = Hosts("hosts_verify_avoid_tls"), RequireHosts = Hosts("hosts_require_tls"), NoPassHosts = Hosts("hosts_nopass_tls"),
            Certificate = reader.Template("tls_certificate"), PrivateKey = reader.Template("tls_privatekey"), RequireCiphers = reader.Template("tls_require_ciphers"), Sni = reader.Template("tls_sni"),
            Alpn = Names(reader), RequireAlpnHosts = Hosts("hosts_require_alpn"), ResumptionHosts = Hosts("tls_resumption_hosts"),
            VerifyHosts = Hosts("tls_verify_hosts"), TryVerifyHosts = Hosts("tls_try_verify_hosts"), VerifyNameHosts = Hosts("tls_verify_cert_hostnames"),
            VerifyCertificates = reader.Template("tls_verify_certificates"), Crl = reader.Template("tls_crl"), RequireOcspHosts = Hosts("hosts_require_ocsp"),
        };
        CheckCiphers(reader, options);
        if (options.RequireOcspHosts is { Template.Source: not "" })
            reader.Problems.Warn(reader.PlaceOf("hosts_require_ocsp"), $"{reader.Owner}: hosts_require_ocsp: no certificate status can be asked for here, so TLS with these hosts fails: mail for them goes in clear, or waits where hosts_require_tls has them, too");
        return options;

        RuleList? Hosts(string name) => reader.List(name, RuleList.Hosts);
    }

    /// <summary>Neither list asks for a check, so that every host is checked (Exim 30, tls_verify_certificates).</summary>
    public bool VerifiesEverybody => VerifyHosts is null && TryVerifyHosts is { Template.Source: "" };

    static List<SslApplicationProtocol> Names(OptionReader reader)
    {
        var names = new List<SslApplicationProtocol>();
        if (reader.Text("tls_alpn") is not { } text) return names;
        if (text.Text.Contains('$', StringComparison.Ordinal)) reader.Error("tls_alpn", "a value that is expanded is known but not built yet: use a list of names");
        foreach (var name in new ListText(text.Text))
            if (name.Length is > 0 and < 256) names.Add(new(Latin1.Encode(name)));
            else if (name.Length > 0) reader.Error("tls_alpn", "a name has at most 255 bytes");
        return names;
    }

    /// <summary>A constant is read at load; one that depends on the host is read when it is known.</summary>
    static void CheckCiphers(OptionReader reader, SmtpTlsOptions options)
    {
        if (options.RequireCiphers is not { IsConstant: true, SyntaxError: null } template) return;
        if (TlsPolicy.Parse(template.Source, TlsPolicy.Spoken, out var error) is not { } policy) reader.Error("tls_require_ciphers", error);
        else
            foreach (var note in policy.Notes) reader.Problems.Warn(reader.PlaceOf("tls_require_ciphers"), $"{reader.Owner}: tls_require_ciphers: {note}");
    }
}
