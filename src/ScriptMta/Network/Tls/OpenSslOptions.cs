using System.Security.Authentication;

namespace ScriptMta.Network;

/// <summary>The option openssl_options (Exim 14): +name and -name. What chooses protocol versions is obeyed; what the platform does anyway is silent; the rest is noted.</summary>
static class OpenSslOptions
{
    static readonly string[] AlreadySo =
    [
        "+no_sslv2", "+no_sslv3", "+no_tlsv1", "+no_tlsv1_1", "-no_tlsv1_2", "-no_tlsv1_3", "+single_dh_use", "+single_ecdh_use", "+no_compression", "+no_renegotiation", "+no_session_resumption_on_renegotiation",
        "-legacy_server_connect", "-allow_unsafe_legacy_renegotiation", "+dont_insert_empty_fragments", "-dont_insert_empty_fragments", "-all",
    ];

    static readonly string[] Names =
    [
        "all", "allow_unsafe_legacy_renegotiation", "allow_no_dhe_kex", "cipher_server_preference", "cryptopro_tlsext_bug", "dont_insert_empty_fragments", "ephemeral_rsa", "legacy_server_connect", "microsoft_big_sslv3_buffer",
        "microsoft_sess_id_bug", "msie_sslv2_rsa_padding", "netscape_challenge_bug", "netscape_reuse_cipher_change_bug", "no_compression", "no_renegotiation", "no_session_resumption_on_renegotiation", "no_sslv2", "no_sslv3", "no_ticket",
        "no_tlsv1", "no_tlsv1_1", "no_tlsv1_2", "no_tlsv1_3", "safari_ecdhe_ecdsa_bug", "single_dh_use", "single_ecdh_use", "ssleay_080_client_dh_bug", "sslref2_reuse_cert_type_bug", "tls_block_padding_bug", "tls_d5_bug", "tls_rollback_bug",
    ];

    /// <summary>The protocol versions that remain. Exim separates the items by white space; none of them is an error that it starts with.</summary>
    public static SslProtocols Read(string text, List<string> notes, out string error)
    {
        error = "";
        var protocols = TlsPolicy.Spoken;
        foreach (var item in text.Split([' ', '\t', '\n', ':'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (item[0] is not ('+' or '-')) error = $"malformed option setting: +/- expected but found \"{item}\"";
            else if (!Names.Contains(item[1..])) error = $"\"{item[1..]}\" is no option of OpenSSL's that Exim knows";
            else if (item == "+no_tlsv1_2") protocols = TlsPolicy.Without(protocols, SslProtocols.Tls12);
            else if (item == "+no_tlsv1_3") protocols = TlsPolicy.Without(protocols, SslProtocols.Tls13);
            else if (!AlreadySo.Contains(item)) notes.Add(item is "-no_tlsv1" or "-no_tlsv1_1" or "-no_sslv2" or "-no_sslv3" ? $"\"{item}\": nothing before TLS 1.2 is spoken" : $"\"{item}\" has no effect");
        }
        if (protocols == SslProtocols.None) error = "no protocol version is left";
        return protocols;
    }
}
