using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Mail;
using ScriptMta.Spool;
using ScriptMta.Transports;

namespace ScriptMta.Hosting;

/// <summary>DANE, MTA-STS and the reports about them as one configuration has them. Main options of our own: mta_sts_server and mta_sts_ca_file (for a network without the Web), tlsrpt_from and tlsrpt_organization.</summary>
sealed record OutgoingPolicies
{
    public required TlsPolicies Policies { get; init; }
    /// <summary>Null = no reports are sent.</summary>
    public TlsReporting? Reporting { get; init; }

    public static OutgoingPolicies From(OptionReader main, ProvisionalContext provisional, RuleEnvironment environment, HintStore hints, TimeProvider clock)
    {
        var fetch = new StsFetch(environment.Dns, Server(main, provisional), Authorities(main, provisional), clock);
        var store = new TlsReportStore(hints, clock);
        var organization = provisional.Expand(main, "tlsrpt_organization") ?? environment.PrimaryHostname;
        var reporting = Reporter(main, provisional) is { } from ? new TlsReporting(store, from, new(organization, from.ToString(), environment.PrimaryHostname), environment.Dns) : null;
        return new() { Policies = new(new(new(hints), fetch.FetchAsync, clock), reporting is null ? null : store), Reporting = reporting };
    }

    static IPEndPoint? Server(OptionReader main, ProvisionalContext provisional)
    {
        if (provisional.Expand(main, "mta_sts_server") is not { Length: > 0 } text) return null;
        if (IPEndPoint.TryParse(text, out var server) && server.Port > 0) return server;
        main.Error("mta_sts_server", $"\"{text}\" is not address:port or [address]:port of a Web server");
        return null;
    }

    static X509Certificate2Collection? Authorities(OptionReader main, ProvisionalContext provisional)
    {
        if (provisional.Expand(main, "mta_sts_ca_file") is not { } file || file is "" or "system") return null;
        var authorities = new X509Certificate2Collection();
        try { authorities.ImportFromPem(File.ReadAllText(file)); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException) { main.Error("mta_sts_ca_file", $"{file}: {error.Message}"); }
        return authorities;
    }

    static MailAddress? Reporter(OptionReader main, ProvisionalContext provisional)
    {
        if (provisional.Expand(main, "tlsrpt_from") is not { Length: > 0 } text) return null;
        var parts = MailAddress.Split(text);
        if (parts.LocalPart.Length > 0 && parts.Domain.Length > 0 && text.All(c => c is > ' ' and < '\x7f' and not ('<' or '>'))) return new(parts.LocalPart, parts.Domain);
        main.Error("tlsrpt_from", $"\"{text}\" is not an address with a domain");
        return null;
    }
}

/// <summary>Who reports to whom about TLS (RFC 8460).</summary>
sealed record TlsReporting(TlsReportStore Results, MailAddress From, TlsReporter Reporter, IDnsResolver Dns);
