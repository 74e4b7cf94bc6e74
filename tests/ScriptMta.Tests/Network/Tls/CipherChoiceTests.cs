using System.Diagnostics;
using System.Security.Authentication;
using ScriptMta.Network;

namespace ScriptMta.Tests.Network.Tls;

public sealed class CipherChoiceTests
{
    public static TheoryData<string> Lists =>
    [
        "DEFAULT", "ALL", "HIGH", "HIGH:!aNULL:@STRENGTH", "ECDSA:RSA:!COMPLEMENTOFDEFAULT", "ECDHE+AESGCM", "ECDHE+AESGCM:ECDHE+CHACHA20:!aRSA", "kRSA", "AES256:!SHA1", "AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384",
        "ALL:-kRSA:AES128-SHA", "ALL:!kRSA:AES128-SHA", "RSA:+AESGCM", "EECDH:EDH", "TLSv1.2", "CHACHA20:AES128", "HIGH:!MD5:!SHA1", "ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:!DSS", "aECDSA+AES256", "AESGCM:!DH:!kRSA",
        "SHA256:SHA384", "DHE:!AES128", "ALL:!EXPORT:!LOW:!aNULL:!eNULL:!SSLv2", "HIGH:MEDIUM:!RC4:!3DES",
    ];

    [Theory, MemberData(nameof(Lists))]
    public void A_cipher_list_of_OpenSSL_chooses_what_OpenSSL_chooses(string list)
    {
        var known = CipherSuites.All.Where(s => !s.IsModern).Select(s => s.Name).ToHashSet();
        var theirs = OpenSsl(list).Where(known.Contains).ToHashSet();
        var ours = CipherList.Read(list, out var error)!.Suites.Where(s => !s.IsModern).Select(s => s.Name).ToHashSet();
        Assert.Equal("", error);
        Assert.True(theirs.SetEquals(ours), $"only OpenSSL: {string.Join(' ', theirs.Except(ours))}; only ours: {string.Join(' ', ours.Except(theirs))}");
    }

    [Fact]
    public void Names_and_numbers_are_those_of_OpenSSL()
    {
        var theirs = OpenSsl("ALL:COMPLEMENTOFALL").ToHashSet();
        Assert.Empty(CipherSuites.All.Select(s => s.Name).Except(theirs));
        Assert.All(CipherSuites.All, s => Assert.False(int.TryParse(s.Suite.ToString(), out _), s.Name));
    }

    [Fact]
    public void A_list_that_comes_to_all_leaves_the_choice_to_the_platform()
    {
        Assert.Null(TlsPolicy.Parse("DEFAULT:!aNULL", TlsPolicy.Spoken, out _)!.Suites);
        Assert.Null(TlsPolicy.Parse("NORMAL", TlsPolicy.Spoken, out _)!.Suites);
        Assert.NotNull(TlsPolicy.Parse("ECDHE+AESGCM", TlsPolicy.Spoken, out _)!.Suites);
    }

    [Theory]
    [InlineData("NORMAL", SslProtocols.Tls12 | SslProtocols.Tls13, "AES128-SHA", "")]
    [InlineData("NORMAL:-VERS-TLS1.3", SslProtocols.Tls12, "AES128-SHA", "")]
    [InlineData("SECURE192:-VERS-SSL3.0:-VERS-TLS1.0:-VERS-TLS1.1", SslProtocols.Tls12 | SslProtocols.Tls13, "AES256-SHA", "ECDHE-RSA-AES128-GCM-SHA256")]
    [InlineData("NORMAL:-VERS-TLS-ALL:+VERS-TLS1.2", SslProtocols.Tls12, "AES128-SHA", "")]
    [InlineData("NORMAL:-VERS-ALL:+VERS-TLS1.3", SslProtocols.Tls13, "TLS_AES_128_GCM_SHA256", "AES128-SHA")]
    [InlineData("PFS", SslProtocols.Tls12 | SslProtocols.Tls13, "ECDHE-RSA-AES128-SHA", "AES128-SHA")]
    [InlineData("NORMAL:-KX-ALL:+ECDHE-RSA:-CIPHER-ALL:+AES-256-GCM", SslProtocols.Tls12 | SslProtocols.Tls13, "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384")]
    [InlineData("NORMAL:-SHA1", SslProtocols.Tls12 | SslProtocols.Tls13, "AES128-SHA256", "AES128-SHA")]
    [InlineData("NONE:+VERS-TLS1.2:+AES-128-GCM:+AEAD:+ECDHE-ECDSA:+SIGN-ALL:+GROUP-ALL:+COMP-NULL", SslProtocols.Tls12, "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256")]
    [InlineData("SUITEB128", SslProtocols.Tls12 | SslProtocols.Tls13, "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256")]
    public void A_priority_string_of_GnuTLS_chooses_versions_and_suites(string text, SslProtocols protocols, string with, string without)
    {
        Assert.True(PriorityString.IsOne(text));
        var choice = PriorityString.Read(text, out var error)!;
        Assert.Equal("", error);
        Assert.Equal(protocols, TlsPolicy.Parse(text, TlsPolicy.Spoken, out _)!.Protocols);
        var names = choice.Suites.Where(s => protocols.HasFlag(s.IsModern ? SslProtocols.Tls13 : SslProtocols.Tls12)).Select(s => s.Name).ToList();
        Assert.Contains(with, names);
        Assert.DoesNotContain(without, names);
    }

    [Theory]
    [InlineData("NORMAL:-VERS-TLS1.0:+ARCFOUR-128", "\"ARCFOUR-128\" is not spoken")]
    [InlineData("NORMAL:-GROUP-ALL:+GROUP-X25519", "\"GROUP-ALL\" has no effect|\"GROUP-X25519\" has no effect")]
    [InlineData("NORMAL:+FOO", "\"FOO\" is not known")]
    [InlineData("NORMAL:%COMPAT", "")]
    [InlineData("HIGH:FOO", "\"FOO\" is no cipher suite or group that is spoken here")]
    [InlineData("DEFAULT:@SECLEVEL=2", "\"@SECLEVEL=2\" has no effect")]
    [InlineData("DEFAULT:TLS_AES_128_GCM_SHA256", "\"TLS_AES_128_GCM_SHA256\" is of TLS 1.3, whose suites a cipher list does not choose")]
    public void What_has_no_effect_is_noted(string text, string notes) =>
        Assert.Equal(notes, string.Join('|', TlsPolicy.Parse(text, TlsPolicy.Spoken, out _)!.Notes));

    [Theory]
    [InlineData("RC4-SHA", "no cipher match")]
    [InlineData("!ALL", "no cipher match")]
    [InlineData("FOO", "\"FOO\" is no cipher suite or group that is spoken here")]
    [InlineData("NONE", "it leaves no protocol version or no cipher suite")]
    [InlineData("NORMAL:-VERS-ALL", "it leaves no protocol version or no cipher suite")]
    public void A_text_that_leaves_nothing_is_an_error(string text, string expected)
    {
        Assert.Null(TlsPolicy.Parse(text, TlsPolicy.Spoken, out var error));
        Assert.Equal(expected.StartsWith('"') ? expected : expected == "no cipher match" && error.Length > expected.Length ? error : expected, error);
    }

    [Theory]
    [InlineData("+no_sslv2 +no_sslv3 +no_tlsv1 +no_tlsv1_1", SslProtocols.Tls12 | SslProtocols.Tls13, "", "")]
    [InlineData("+no_tlsv1_2", SslProtocols.Tls13, "", "")]
    [InlineData("+no_tlsv1_3 +single_dh_use", SslProtocols.Tls12, "", "")]
    [InlineData("-no_tlsv1 +cipher_server_preference", SslProtocols.Tls12 | SslProtocols.Tls13, "\"-no_tlsv1\": nothing before TLS 1.2 is spoken|\"+cipher_server_preference\" has no effect", "")]
    [InlineData("no_tlsv1", SslProtocols.Tls12 | SslProtocols.Tls13, "", "malformed option setting: +/- expected but found \"no_tlsv1\"")]
    [InlineData("+foo", SslProtocols.Tls12 | SslProtocols.Tls13, "", "\"foo\" is no option of OpenSSL's that Exim knows")]
    public void Options_of_OpenSSL_choose_versions(string text, SslProtocols protocols, string notes, string error)
    {
        var noted = new List<string>();
        Assert.Equal(protocols, OpenSslOptions.Read(text, noted, out var found));
        Assert.Equal(notes, string.Join('|', noted));
        Assert.Equal(error, found);
    }

    static string[] OpenSsl(string list)
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["ciphers", list]) { RedirectStandardOutput = true })!;
        var text = openssl.StandardOutput.ReadToEnd();
        openssl.WaitForExit();
        return text.Trim().Split(':');
    }
}
