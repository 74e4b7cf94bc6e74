using System.Collections.Frozen;
using System.Globalization;
using System.Net.Security;

namespace ScriptMta.Network;

/// <summary>A cipher suite by its parts, in OpenSSL's words: Exchange and Authentication are "any" in TLS 1.3, where they are agreed on apart.</summary>
sealed record CipherSuite(TlsCipherSuite Suite, string Name, string Since, string Exchange, string Authentication, string Encryption, int Bits, string Digest)
{
    public bool IsModern => Since == "TLSv1.3";
}

/// <summary>The suites that a server with an RSA or ECDSA certificate can be asked to use, strongest first, as OpenSSL orders them. Export, RC4, 3DES, anonymous and pre-shared-key suites are not spoken.</summary>
static class CipherSuites
{
    //  number OpenSSL's name, since, key exchange, authentication, encryption, bits, digest
    const string Table = """
        1302 TLS_AES_256_GCM_SHA384         TLSv1.3 any  any   AESGCM   256 AEAD
        1303 TLS_CHACHA20_POLY1305_SHA256   TLSv1.3 any  any   CHACHA20 256 AEAD
        1301 TLS_AES_128_GCM_SHA256         TLSv1.3 any  any   AESGCM   128 AEAD
        C02C ECDHE-ECDSA-AES256-GCM-SHA384  TLSv1.2 ECDH ECDSA AESGCM   256 AEAD
        C030 ECDHE-RSA-AES256-GCM-SHA384    TLSv1.2 ECDH RSA   AESGCM   256 AEAD
        009F DHE-RSA-AES256-GCM-SHA384      TLSv1.2 DH   RSA   AESGCM   256 AEAD
        CCA9 ECDHE-ECDSA-CHACHA20-POLY1305  TLSv1.2 ECDH ECDSA CHACHA20 256 AEAD
        CCA8 ECDHE-RSA-CHACHA20-POLY1305    TLSv1.2 ECDH RSA   CHACHA20 256 AEAD
        CCAA DHE-RSA-CHACHA20-POLY1305      TLSv1.2 DH   RSA   CHACHA20 256 AEAD
        C02B ECDHE-ECDSA-AES128-GCM-SHA256  TLSv1.2 ECDH ECDSA AESGCM   128 AEAD
        C02F ECDHE-RSA-AES128-GCM-SHA256    TLSv1.2 ECDH RSA   AESGCM   128 AEAD
        009E DHE-RSA-AES128-GCM-SHA256      TLSv1.2 DH   RSA   AESGCM   128 AEAD
        C024 ECDHE-ECDSA-AES256-SHA384      TLSv1.2 ECDH ECDSA AES      256 SHA384
        C028 ECDHE-RSA-AES256-SHA384        TLSv1.2 ECDH RSA   AES      256 SHA384
        006B DHE-RSA-AES256-SHA256          TLSv1.2 DH   RSA   AES      256 SHA256
        C023 ECDHE-ECDSA-AES128-SHA256      TLSv1.2 ECDH ECDSA AES      128 SHA256
        C027 ECDHE-RSA-AES128-SHA256        TLSv1.2 ECDH RSA   AES      128 SHA256
        0067 DHE-RSA-AES128-SHA256          TLSv1.2 DH   RSA   AES      128 SHA256
        C00A ECDHE-ECDSA-AES256-SHA         TLSv1   ECDH ECDSA AES      256 SHA1
        C014 ECDHE-RSA-AES256-SHA           TLSv1   ECDH RSA   AES      256 SHA1
        0039 DHE-RSA-AES256-SHA             SSLv3   DH   RSA   AES      256 SHA1
        C009 ECDHE-ECDSA-AES128-SHA         TLSv1   ECDH ECDSA AES      128 SHA1
        C013 ECDHE-RSA-AES128-SHA           TLSv1   ECDH RSA   AES      128 SHA1
        0033 DHE-RSA-AES128-SHA             SSLv3   DH   RSA   AES      128 SHA1
        009D AES256-GCM-SHA384              TLSv1.2 RSA  RSA   AESGCM   256 AEAD
        009C AES128-GCM-SHA256              TLSv1.2 RSA  RSA   AESGCM   128 AEAD
        003D AES256-SHA256                  TLSv1.2 RSA  RSA   AES      256 SHA256
        003C AES128-SHA256                  TLSv1.2 RSA  RSA   AES      128 SHA256
        0035 AES256-SHA                     SSLv3   RSA  RSA   AES      256 SHA1
        002F AES128-SHA                     SSLv3   RSA  RSA   AES      128 SHA1
        """;

    public static readonly IReadOnlyList<CipherSuite> All = [.. Table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];

    static readonly FrozenDictionary<TlsCipherSuite, CipherSuite> ByNumber = All.ToFrozenDictionary(s => s.Suite);
    static readonly FrozenDictionary<string, CipherSuite> ByName =
        All.SelectMany(s => (KeyValuePair<string, CipherSuite>[])[new(s.Name, s), new(s.Suite.ToString(), s)]).DistinctBy(p => p.Key).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static CipherSuite? Find(TlsCipherSuite suite) => ByNumber.GetValueOrDefault(suite);

    /// <summary>OpenSSL's name or IANA's.</summary>
    public static CipherSuite? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Of a suite that the table lacks, from IANA's name.</summary>
    public static int BitsOf(string standard) => standard.Contains("_256", StringComparison.Ordinal) || standard.Contains("CHACHA20", StringComparison.Ordinal) ? 256 : 128;

    static CipherSuite Read(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new((TlsCipherSuite)ushort.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), words[1], words[2], words[3], words[4], words[5], int.Parse(words[6], CultureInfo.InvariantCulture), words[7]);
    }
}
