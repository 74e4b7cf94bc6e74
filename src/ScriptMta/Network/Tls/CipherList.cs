using System.Collections.Frozen;

namespace ScriptMta.Network;

/// <summary>
/// OpenSSL's cipher lists (ciphers(1)): names, groups and groups joined by "+", appended, taken away ("-"), forbidden ("!") or moved to the end ("+"). As in OpenSSL, TLS 1.3 has its own
/// suites, which no list changes.
/// </summary>
static class CipherList
{
    static readonly FrozenDictionary<string, Func<CipherSuite, bool>> Groups = new Dictionary<string, Func<CipherSuite, bool>>(StringComparer.Ordinal)
    {
        ["ALL"] = static _ => true, ["DEFAULT"] = static _ => true, ["HIGH"] = static _ => true,
        ["RSA"] = static s => s.Exchange == "RSA", ["kRSA"] = static s => s.Exchange == "RSA", ["aRSA"] = static s => s.Authentication == "RSA",
        ["ECDSA"] = static s => s.Authentication == "ECDSA", ["aECDSA"] = static s => s.Authentication == "ECDSA",
        ["ECDH"] = IsElliptic, ["ECDHE"] = IsElliptic, ["EECDH"] = IsElliptic, ["kECDHE"] = IsElliptic, ["kEECDH"] = IsElliptic,
        ["DH"] = IsFinite, ["DHE"] = IsFinite, ["EDH"] = IsFinite, ["kDHE"] = IsFinite, ["kEDH"] = IsFinite,
        ["AES"] = static s => s.Encryption is "AES" or "AESGCM", ["AESGCM"] = static s => s.Encryption == "AESGCM", ["CHACHA20"] = static s => s.Encryption == "CHACHA20",
        ["AES128"] = static s => s.Encryption is "AES" or "AESGCM" && s.Bits == 128, ["AES256"] = static s => s.Encryption is "AES" or "AESGCM" && s.Bits == 256,
        ["CBC"] = static s => s.Encryption == "AES",
        ["SHA"] = static s => s.Digest == "SHA1", ["SHA1"] = static s => s.Digest == "SHA1", ["SHA256"] = static s => s.Digest == "SHA256", ["SHA384"] = static s => s.Digest == "SHA384",
        ["TLSv1.2"] = static s => s.Since == "TLSv1.2", ["TLSv1.0"] = static s => s.Since == "TLSv1", ["TLSv1"] = IsOld, ["SSLv3"] = IsOld, ["FIPS"] = static s => s.Encryption != "CHACHA20",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Groups of which the table has nothing: taking them away is done already.</summary>
    static readonly FrozenSet<string> Empty =
    [
        "COMPLEMENTOFALL", "COMPLEMENTOFDEFAULT", "MEDIUM", "LOW", "EXP", "EXPORT", "EXPORT40", "EXPORT56", "NULL", "eNULL", "aNULL", "ADH", "AECDH", "DSS", "aDSS", "PSK", "kPSK", "aPSK", "kRSAPSK", "kDHEPSK",
        "kECDHEPSK", "SRP", "kSRP", "aSRP", "3DES", "DES", "RC4", "RC2", "MD5", "IDEA", "SEED", "CAMELLIA", "CAMELLIA128", "CAMELLIA256", "ARIA", "ARIA128", "ARIA256", "AESCCM", "AESCCM8", "SSLv2", "GOST94", "GOST89MAC",
        "aGOST", "aGOST01", "kGOST", "STREEBOG256", "kDHr", "kDHd", "kDH", "kECDH", "kECDHr", "kECDHe", "aECDH", "aDH", "SUITEB128", "SUITEB128ONLY", "SUITEB192", "DES-CBC3-SHA", "KRB5", "kFZA", "aFZA", "eFZA", "FZA",
    ];

    public static CipherChoice? Read(string text, out string error)
    {
        error = "";
        var (chosen, forbidden, notes) = (new List<CipherSuite>(), new HashSet<CipherSuite>(), new List<string>());
        foreach (var item in text.Split([':', ',', ';', ' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var name = item.IndexOf('@') is > 0 and var level ? item[..level] : item;
            if (item == "@STRENGTH") { chosen = [.. chosen.OrderByDescending(s => s.Bits)]; continue; }
            if (item.Contains('@')) notes.Add($"\"{item[item.IndexOf('@')..]}\" has no effect");
            if (name.Length == 0 || name[0] == '@') continue;
            var sign = name[0] is '!' or '-' or '+' ? name[0] : ' ';
            var matching = Matching(sign == ' ' ? name : name[1..], notes);
            Apply(chosen, forbidden, sign, matching);
        }
        if (chosen.Count == 0 && notes.Count > 0 && text.Length > 0) error = string.Join("; ", notes);
        else if (chosen.Count == 0) error = "no cipher match";
        return error.Length > 0 ? null : new(TlsPolicy.Spoken, [.. CipherSuites.All.Where(s => s.IsModern), .. chosen], notes);
    }

    static void Apply(List<CipherSuite> chosen, HashSet<CipherSuite> forbidden, char sign, List<CipherSuite> matching)
    {
        var present = matching.Where(chosen.Contains).ToList();
        if (sign != ' ') chosen.RemoveAll(matching.Contains);
        if (sign == '!') forbidden.UnionWith(matching);
        if (sign == '+') chosen.AddRange(present);
        if (sign == ' ') chosen.AddRange(matching.Where(s => !forbidden.Contains(s) && !present.Contains(s)));
    }

    /// <summary>Exim makes hyphens of underscores, except in IANA's names, which OpenSSL takes too.</summary>
    static List<CipherSuite> Matching(string name, List<string> notes)
    {
        var matching = CipherSuites.All.Where(s => !s.IsModern);
        if ((CipherSuites.Find(name) ?? CipherSuites.Find(name.Replace('_', '-'))) is { } one)
        {
            if (one.IsModern) notes.Add($"\"{name}\" is of TLS 1.3, whose suites a cipher list does not choose");
            return one.IsModern ? [] : [one];
        }
        foreach (var group in name.Split('+'))
        {
            if (Groups.TryGetValue(group, out var holds)) matching = matching.Where(holds);
            else if (CipherSuites.Find(group) is { } suite) matching = matching.Where(s => s == suite);
            else
            {
                if (!Empty.Contains(group)) notes.Add($"\"{group}\" is no cipher suite or group that is spoken here");
                return [];
            }
        }
        return [.. matching];
    }

    static bool IsElliptic(CipherSuite suite) => suite.Exchange == "ECDH";
    static bool IsFinite(CipherSuite suite) => suite.Exchange == "DH";
    static bool IsOld(CipherSuite suite) => suite.Since is "TLSv1" or "SSLv3";
}
