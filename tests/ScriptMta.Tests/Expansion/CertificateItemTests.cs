using System.Security.Cryptography.X509Certificates;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion;

/// <summary>
/// ${certextract} against what Debian's Exim (with GnuTLS, timezone = UTC) logged when a client showed the same certificate. certificates/ holds each certificate and, beside it,
/// "selector => result" lines; newlines are shown as ¶.
/// </summary>
public sealed class CertificateItemTests
{
    static readonly string Folder = Path.Combine(Path.GetDirectoryName(ExpansionCases.Folder)!, "certificates");

    public static TheoryData<string> Certificates => new(Directory.EnumerateFiles(Folder, "*.pem").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Certificates))]
    public void Every_selector_gives_what_Exim_gave(string name)
    {
        var context = With(name);
        var lines = Latin1.Decode(File.ReadAllBytes(Path.Combine(Folder, name + ".txt"))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 40);
        foreach (var line in lines)
        {
            var cut = line.IndexOf(" => ", StringComparison.Ordinal);
            var template = $"${{certextract{{{line[..cut]}}}{{$tls_in_peercert}}{{<$value>}}{{none}}}}";
            Assert.Equal((template, line[(cut + 4)..].Replace("\u00c2\u00b6", "\n", StringComparison.Ordinal)), (template, ExpansionFixture.Be(template, context)));
        }
    }

    [Theory]
    [InlineData("$tls_in_peercert ${tls_in_peercert} ${strlen:$tls_in_peercert}", "<cert> <cert> 6")]
    [InlineData("${if def:tls_in_peercert{y}{n}}${if def:tls_out_peercert{y}{n}}", "yn")]
    [InlineData("${certextract{version}{$tls_in_peercert}}", "3")]
    [InlineData("${certextract{version}{$tls_out_peercert}{y}{n}}", "n")]
    [InlineData("${md5:$tls_in_peercert}", "14A0AFEB45803C7B70B4B0C5469183EB")]
    [InlineData("${sha1:$tls_in_peercert}", "F7A020AC4A8B733CD420DB1DBAB1D2F5881BD0E2")]
    [InlineData("${sha256:$tls_in_peercert}", "BF3784B979981C6F4368EA1987E671AE710C9EDA45924F1695DE2D491341ED13")]
    [InlineData("${length_40:${base64:$tls_in_peercert}}", "MIIFaDCCBFCgAwIBAgIJAKGyw9Tl9gcYMA0GCSqG")]
    [InlineData("${md5:${tls_in_peercert}}", "2ae3e6bcc8747d90da5c0f061811b67e")]
    [InlineData("${md5:x$tls_in_peercert}", "4e10e23454d5cf707fcd981489402325")]
    [InlineData("${sha2:$tls_in_peercert}", "6B9F26466C6D021338352B7F97670E356F5FD4A0D47434CE9622BDFE4CC3E118")]
    [InlineData("${str2b64:$tls_in_peercert}", "PGNlcnQ+")]
    [InlineData("${base64d:$tls_in_peercert}", "Failed: string \"<cert>\" is not well-formed for \"base64d\" operator")]
    public void The_variable_is_the_certificate_only_where_it_stands_alone(string template, string expected) =>
        Assert.Equal(expected, ExpansionFixture.Be(template, With("everything")));

    /// <summary>Exim with GnuTLS fails at the first access method that is not OCSP, which most certificates of authorities have.</summary>
    [Fact]
    public void Other_access_methods_beside_OCSP_do_not_hide_the_OCSP_servers() =>
        Assert.Equal("http://ocsp.example.com/a\nhttp://ocsp2.example.com/b", ExpansionFixture.Be("${certextract{ocsp_uri}{$tls_in_peercert}}", With("everything")));

    [Fact]
    public void What_a_certificate_says_is_tainted() =>
        Assert.True(Template.Parse("${certextract{subject,CN}{$tls_in_peercert}}", ExpansionFixture.At).Expand(With("everything")).Value.IsTainted);

    [Fact]
    public void A_time_outside_of_UTC_shows_its_offset()
    {
        var context = With("dates", TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(-3.5), "x", "x"));
        Assert.Equal("Feb  3 00:35:06 2001 -0330", ExpansionFixture.Be("${certextract{notbefore}{$tls_in_peercert}}", context));
    }

    [Fact]
    public void A_broken_extension_is_an_error_and_no_crash()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        var request = new CertificateRequest("CN=x", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x7f, 1], false));
        var context = ExpansionFixture.Context();
        context.Certificates["tls_in_peercert"] = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        Assert.StartsWith("Failed: certextract: the certificate is malformed: ", ExpansionFixture.Be("${certextract{subj_altname}{$tls_in_peercert}{y}{n}}", context), StringComparison.Ordinal);
    }

    static ExpansionContext With(string certificate, TimeZoneInfo? zone = null)
    {
        var context = ExpansionFixture.Context(ExpansionFixture.Environment(new ZoneClock(zone ?? TimeZoneInfo.Utc)));
        context.Certificates["tls_in_peercert"] = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Folder, certificate + ".pem"));
        return context;
    }

    sealed class ZoneClock(TimeZoneInfo zone) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => zone;
    }
}
