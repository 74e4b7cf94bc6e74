using System.Security.Cryptography.X509Certificates;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

/// <summary>Which server certificates are good: by the system's authorities, or by those that ldap_ca_cert_file and ldap_ca_cert_dir name.</summary>
static class LdapTrust
{
    public static bool TakesAny(LdapOptions options) => AsciiCase.Lower(options.RequireCertificate) is "never" or "allow";

    /// <summary>Null: the system's.</summary>
    public static X509ChainPolicy? PolicyOf(LdapOptions options)
    {
        if (options.AuthorityFile is null && options.AuthorityDirectory is null) return null;
        // Private authorities rarely publish lists of revoked certificates, and libldap does not ask for them.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        if (options.AuthorityFile is { } file) policy.CustomTrustStore.ImportFromPemFile(Latin1.ToUnicode(file));
        if (options.AuthorityDirectory is { } directory)
            foreach (var path in Directory.EnumerateFiles(Latin1.ToUnicode(directory), "*.pem")) policy.CustomTrustStore.ImportFromPemFile(path);
        return policy;
    }
}
