using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Mail;

namespace ScriptMta.Transports;

/// <summary>The TXT record "_smtp._tls.DOMAIN": where reports about TLS with the domain's servers are wanted (RFC 8460 3).</summary>
sealed record TlsReportRecord(ImmutableArray<MailAddress> Mail, ImmutableArray<Uri> Web)
{
    const string Version = "v=TLSRPTv1";
    /// <summary>Places that get one report; a record could name hundreds.</summary>
    const int MostPlaces = 5;

    /// <summary>Null where there is none, more than one, or none that names a place.</summary>
    public static TlsReportRecord? Of(IEnumerable<TextRecord> records)
    {
        var found = records.Select(r => r.Joined).Where(text => text.StartsWith(Version, StringComparison.Ordinal) && text[Version.Length..].TrimSpace().StartsWith(';')).Take(2).ToList();
        if (found.Count != 1) return null;
        var rua = found[0].Split(';').Skip(1).Select(f => f.TrimSpace()).FirstOrDefault(f => f.StartsWith("rua", StringComparison.Ordinal) && f[3..].TrimSpace().StartsWith('='));
        if (rua is null) return null;
        var mail = ImmutableArray.CreateBuilder<MailAddress>();
        var web = ImmutableArray.CreateBuilder<Uri>();
        foreach (var place in rua[(rua.IndexOf('=') + 1)..].Split(',').Select(p => p.TrimSpace()).Take(MostPlaces))
            if (place.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)) { if (Address(place["mailto:".Length..]) is { } address) mail.Add(address); }
            else if (Uri.TryCreate(place, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps) web.Add(uri);
        return mail.Count + web.Count == 0 ? null : new(mail.ToImmutable(), web.ToImmutable());
    }

    /// <summary>RFC 6068: percent-encoded; header fields after "?" are not taken from strangers.</summary>
    static MailAddress? Address(string text)
    {
        var address = Uri.UnescapeDataString(text.Split('?')[0]);
        var at = address.LastIndexOf('@');
        if (at <= 0 || address.Any(c => c is <= ' ' or >= '\x7f' or '<' or '>' or '"' or ',')) return null;
        return DnsName.LooksLikeHost(address[(at + 1)..]) ? new(address[..at], address[(at + 1)..]) : null;
    }
}
