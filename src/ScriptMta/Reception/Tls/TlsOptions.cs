using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Network;

namespace ScriptMta.Reception;

/// <summary>The main options of TLS on the server's side (Exim 14.22, 43). Whatever is a template is expanded for each connection, and again when the client has named a host.</summary>
sealed record TlsOptions
{
    public static readonly TlsOptions Default = new();

    /// <summary>tls_advertise_hosts; not set = everybody.</summary>
    public RuleList? AdvertiseHosts { get; init; }
    /// <summary>tls_on_connect_ports.</summary>
    public IReadOnlyList<int> OnConnectPorts { get; init; } = [];
    public bool RemembersEsmtp { get; init; }

    /// <summary>Both are lists of files that belong together by their order; without keys they are in the certificates' files. Null = a certificate that we sign ourselves.</summary>
    public Template? Certificate { get; init; }
    public Template? PrivateKey { get; init; }
    public Template? RequireCiphers { get; init; }
    /// <summary>What openssl_options leaves.</summary>
    public SslProtocols Protocols { get; init; } = TlsPolicy.Spoken;

    public RuleList? VerifyHosts { get; init; }
    public RuleList? TryVerifyHosts { get; init; }
    /// <summary>Null = "system".</summary>
    public Template? VerifyCertificates { get; init; }
    public Template? Crl { get; init; }

    /// <summary>Not set = nobody.</summary>
    public RuleList? ResumptionHosts { get; init; }
    public RuleList? RequireAlpnHosts { get; init; }
    public IReadOnlyList<SslApplicationProtocol> Alpn { get; init; } = [new("smtp"), new("esmtp")];

    /// <summary>What has been read of files; belongs to this configuration.</summary>
    public TlsFiles Files { get; init; } = new();

    public static TlsOptions From(OptionReader main)
    {
        var options = Default with
        {
            Files = new(),
            AdvertiseHosts = main.List("tls_advertise_hosts", RuleList.Hosts),
            OnConnectPorts = Ports(main),
            RemembersEsmtp = main.Bool("tls_remember_esmtp", false),
            Certificate = main.Template("tls_certificate"),
            PrivateKey = main.Template("tls_privatekey"),
            RequireCiphers = main.Template("tls_require_ciphers"),
            Protocols = ReadOpenSslOptions(main),
            VerifyHosts = main.List("tls_verify_hosts", RuleList.Hosts),
            TryVerifyHosts = main.List("tls_try_verify_hosts", RuleList.Hosts),
            VerifyCertificates = main.Template("tls_verify_certificates"),
            Crl = main.Template("tls_crl"),
            ResumptionHosts = main.List("tls_resumption_hosts", RuleList.Hosts),
            RequireAlpnHosts = main.List("hosts_require_alpn", RuleList.Hosts),
            Alpn = main.Text("tls_alpn") is { } alpn ? Names(main, alpn) : Default.Alpn,
        };
        CheckCiphers(main, options);
        return options;
    }

    /// <summary>STARTTLS is offered, and there is no certificate for it.</summary>
    public bool SignsItself => Certificate is null && AdvertiseHosts is not { Template.Source: "" };

    public bool IsOnConnect(int port) => OnConnectPorts.Contains(port);

    static int[] Ports(OptionReader main)
    {
        var ports = new List<int>();
        foreach (var item in new ListText(main.Text("tls_on_connect_ports")?.Text ?? ""))
            if ((int.TryParse(item, out var number) ? number : ServicePorts.Find(item)) is >= 0 and < 65536 and var port) ports.Add(port);
            else main.Error("tls_on_connect_ports", $"\"{item}\" is not a port");
        return [.. ports];
    }

    static SslProtocols ReadOpenSslOptions(OptionReader main)
    {
        var notes = new List<string>();
        var protocols = OpenSslOptions.Read(main.Text("openssl_options")?.Text ?? "", notes, out var error);
        if (error.Length > 0) main.Error("openssl_options", error);
        Warn(main, "openssl_options", notes);
        return error.Length > 0 ? TlsPolicy.Spoken : protocols;
    }

    static List<SslApplicationProtocol> Names(OptionReader main, OptionText text)
    {
        var names = new List<SslApplicationProtocol>();
        foreach (var name in new ListText(text.Text))
            if (name.Length is > 0 and < 256) names.Add(new(Latin1.Encode(name)));
            else if (name.Length > 0) main.Error("tls_alpn", "a name has at most 255 bytes");
        return names;
    }

    /// <summary>A constant is read at load; one that depends on the connection is read when it is known, and what has no effect is then not told.</summary>
    static void CheckCiphers(OptionReader main, TlsOptions options)
    {
        if (options.RequireCiphers is not { IsConstant: true, SyntaxError: null } template) return;
        if (TlsPolicy.Parse(template.Source, options.Protocols, out var error) is { } policy) Warn(main, "tls_require_ciphers", policy.Notes);
        else main.Error("tls_require_ciphers", error);
    }

    static void Warn(OptionReader main, string option, IReadOnlyList<string> notes)
    {
        foreach (var note in notes) main.Problems.Warn(main.PlaceOf(option), $"{main.Owner}: {option}: {note}");
    }
}
