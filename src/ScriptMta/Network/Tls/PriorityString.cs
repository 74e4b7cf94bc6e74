using System.Security.Authentication;

namespace ScriptMta.Network;

/// <summary>
/// GnuTLS priority strings: a keyword (or another one after a colon) sets versions, ciphers, key exchanges and digests; +NAME and -NAME (or !NAME) change them. Signatures, groups, curves, certificate types
/// and %OPTIONS are the platform's own, and named in the notes.
/// </summary>
static class PriorityString
{
    static readonly string[] Keywords = ["NORMAL", "PERFORMANCE", "LEGACY", "PFS", "SECURE", "SECURE128", "SECURE192", "SECURE256", "SUITEB128", "SUITEB192", "NONE", "SYSTEM", "@SYSTEM"];
    static readonly string[] Ciphers = ["AES-256-GCM", "AES-128-GCM", "CHACHA20-POLY1305", "AES-256-CBC", "AES-128-CBC"];
    static readonly string[] Exchanges = ["ECDHE-RSA", "ECDHE-ECDSA", "DHE-RSA", "RSA"];
    static readonly string[] Digests = ["AEAD", "SHA1", "SHA256", "SHA384"];
    static readonly string[] Versions = ["VERS-TLS1.2", "VERS-TLS1.3"];

    /// <summary>Prefixes of what the platform decides, and names that are never spoken.</summary>
    static readonly string[] Others = ["SIGN-", "GROUP-", "CURVE-", "CTYPE-", "COMP-", "%"];
    static readonly string[] Unspoken =
    [
        "VERS-SSL3.0", "VERS-TLS1.0", "VERS-TLS1.1", "VERS-DTLS-ALL", "VERS-DTLS1.0", "VERS-DTLS1.2", "VERS-DTLS0.9", "3DES-CBC", "ARCFOUR-128", "ARCFOUR-40", "NULL", "MD5", "ANON-DH", "ANON-ECDH", "DHE-DSS", "PSK", "DHE-PSK", "ECDHE-PSK",
        "RSA-PSK", "SRP", "SRP-RSA", "SRP-DSS", "RSA-EXPORT", "CAMELLIA-128-CBC", "CAMELLIA-256-CBC", "CAMELLIA-128-GCM", "CAMELLIA-256-GCM", "AES-128-CCM", "AES-256-CCM", "AES-128-CCM-8", "AES-256-CCM-8", "GOST28147-TC26Z-CNT", "AES-192-CBC",
    ];

    public static bool IsOne(string text)
    {
        var first = text.Split(':')[0].Trim(' ', '\t');
        return Keywords.Contains(first.TrimStart('+', '-', '!')) || first.StartsWith("@SYSTEM", StringComparison.Ordinal) || text.Contains("VERS-", StringComparison.Ordinal) || text.Contains(":%", StringComparison.Ordinal);
    }

    public static CipherChoice? Read(string text, out string error)
    {
        error = "";
        var (names, notes) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var item in text.Split([':', ',', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = item[0] is '+' or '-' or '!' ? item[0] : ' ';
            var name = sign == ' ' ? item : item[1..];
            if (sign == ' ' && Keywords.Contains(name.Split(',')[0])) Start(names, name);
            else if (Expand(name) is { } members) Change(names, sign, members);
            else if (Array.Exists(Others, name.StartsWith)) Note(notes, name, sign);
            else if (Unspoken.Contains(name)) { if (sign is ' ' or '+') notes.Add($"\"{name}\" is not spoken"); }
            else notes.Add($"\"{name}\" is not known");
        }
        var protocols = (names.Contains(Versions[0]) ? SslProtocols.Tls12 : SslProtocols.None) | (names.Contains(Versions[1]) ? SslProtocols.Tls13 : SslProtocols.None);
        var suites = CipherSuites.All.Where(s => names.Contains(CipherOf(s)) && (s.IsModern || (names.Contains(ExchangeOf(s)) && names.Contains(s.Digest)))).ToList();
        if (protocols == SslProtocols.None || suites.Count == 0) error = $"it leaves no protocol version or no cipher suite{(notes.Count > 0 ? ": " + string.Join("; ", notes) : "")}";
        return error.Length > 0 ? null : new(protocols, suites, notes);
    }

    static void Note(List<string> notes, string name, char sign)
    {
        // These say what holds anyway.
        if (name is "%COMPAT" or "COMP-NULL" or "COMP-ALL" or "CTYPE-X.509" or "CTYPE-X509" or "%SERVER_PRECEDENCE" or "%SAFE_RENEGOTIATION" or "%LATEST_RECORD_VERSION" || (sign is '+' or ' ' && name.EndsWith("-ALL", StringComparison.Ordinal))) return;
        notes.Add($"\"{name}\" has no effect");
    }

    static void Start(HashSet<string> names, string keyword)
    {
        names.Clear();
        if (keyword == "NONE") return;
        names.UnionWith([.. Ciphers, .. Exchanges, .. Digests, .. Versions]);
        if (keyword == "PFS") names.Remove("RSA");
        if (keyword is "SECURE256" or "SECURE192" or "SUITEB192") names.ExceptWith(["AES-128-GCM", "AES-128-CBC"]);
        if (!keyword.StartsWith("SUITEB", StringComparison.Ordinal)) return;
        names.ExceptWith(["ECDHE-RSA", "DHE-RSA", "RSA", "CHACHA20-POLY1305", "AES-256-CBC", "AES-128-CBC", "SHA1"]);
    }

    static void Change(HashSet<string> names, char sign, string[] members)
    {
        if (sign is '-' or '!') names.ExceptWith(members);
        else names.UnionWith(members);
    }

    static string[]? Expand(string name) => name switch
    {
        "VERS-ALL" or "VERS-TLS-ALL" => Versions,
        "CIPHER-ALL" => Ciphers,
        "KX-ALL" => Exchanges,
        "MAC-ALL" => Digests,
        _ => Array.Exists([.. Ciphers, .. Exchanges, .. Digests, .. Versions], name.Equals) ? [name] : null,
    };

    static string CipherOf(CipherSuite suite) => suite.Encryption switch { "CHACHA20" => "CHACHA20-POLY1305", "AESGCM" => $"AES-{suite.Bits}-GCM", _ => $"AES-{suite.Bits}-CBC" };

    static string ExchangeOf(CipherSuite suite) => suite.Exchange switch { "ECDH" => "ECDHE-" + suite.Authentication, "DH" => "DHE-" + suite.Authentication, _ => "RSA" };
}
