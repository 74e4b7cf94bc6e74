namespace ScriptMta.Expansion;

/// <summary>TLS of this connection (tls_in_, and the old names without direction) and of an outgoing one (tls_out_). Zero and empty without TLS, as Exim prints them.</summary>
static class TlsVariables
{
    static readonly string[] Certificates = ["tls_in_ourcert", "tls_in_peercert", "tls_out_ourcert", "tls_out_peercert"];

    public static readonly KeyValuePair<string, VariableReader>[] Rows =
    [
        .. Both("bits", "0"), .. Both("certificate_verified", "0"),
        new("tls_in_cipher", Cipher), new("tls_cipher", e => Old(e, "tls_cipher", Cipher)), new("tls_out_cipher", e => ConnectionVariables.Variable(e, "tls_out_cipher")),
        .. Both("peerdn", ""), .. Both("sni", ""),
        .. Directed("cipher_std", ""), .. Directed("ocsp", "0"), .. Certificates.Select(Certificate), .. Directed("resumption", "0"), .. Directed("ver", ""),
        new("tls_out_dane", e => ConnectionVariables.Variable(e, "tls_out_dane", "no")),
        new("tls_out_tlsa_usage", e => ConnectionVariables.Variable(e, "tls_out_tlsa_usage", "0")),
    ];

    public static bool IsCertificate(ReadOnlySpan<char> name) => Array.IndexOf(Certificates, name.ToString()) >= 0;

    /// <summary>Text shows only that there is one: its fields are for ${certextract}.</summary>
    static KeyValuePair<string, VariableReader> Certificate(string name) => new(name, e => e.Context.Certificates.ContainsKey(name) ? e.Append("<cert>") : ExpandedKind.Ok);

    static ExpandedKind Cipher(Evaluation evaluation) => evaluation.Append(evaluation.Context.Connection.TlsCipher);

    static KeyValuePair<string, VariableReader>[] Both(string name, string otherwise) =>
        [.. Directed(name, otherwise), new("tls_" + name, e => Old(e, "tls_" + name, inner => Incoming(inner, name, otherwise)))];

    static KeyValuePair<string, VariableReader>[] Directed(string name, string otherwise)
    {
        var outOf = "tls_out_" + name;
        return [new("tls_in_" + name, e => Incoming(e, name, otherwise)), new(outOf, e => ConnectionVariables.Variable(e, outOf, otherwise))];
    }

    /// <summary>Without direction: of the incoming connection, until a transport has called a host (Exim 30.3).</summary>
    static ExpandedKind Old(Evaluation evaluation, string name, VariableReader incoming) =>
        evaluation.Context.Variables.TryGetValue(name, out var outgoing) ? evaluation.Append(outgoing) : incoming(evaluation);

    static ExpandedKind Incoming(Evaluation evaluation, string name, string otherwise) =>
        evaluation.Context.Connection.Tls is { } known && known.TryGetValue(name, out var value) ? evaluation.Append(value) : ConnectionVariables.Variable(evaluation, "tls_in_" + name, otherwise);
}
