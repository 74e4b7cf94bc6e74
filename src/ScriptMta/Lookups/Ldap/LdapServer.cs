namespace ScriptMta.Lookups;

/// <summary>Where an LDAP server is. A path is a Unix socket, whatever the URL's scheme.</summary>
readonly record struct LdapServer(string Host, int Port, bool IsTls)
{
    const int DefaultPort = 389, DefaultTlsPort = 636;
    /// <summary>libldap's default for ldapi, as Debian builds it.</summary>
    const string DefaultSocket = "/var/run/slapd/ldapi";
    const string Local = "localhost";

    public bool IsSocket => Host.StartsWith('/');

    /// <summary>As Exim's messages name it.</summary>
    public string Place(bool isNamed) => IsSocket ? Host : $"{(isNamed ? Host : "NULL")}:{Port}";

    /// <summary>No host: the default that libldap has. Null for a scheme that asks for a socket and a host that is none.</summary>
    public static LdapServer? Of(LdapUrl url, string host, int port)
    {
        if (host.StartsWith('/')) return new(host, 0, false);
        if (url.Scheme == "ldapi") return host.Length == 0 ? new(DefaultSocket, 0, false) : null;
        var isTls = url.Scheme == "ldaps";
        return new(host.Length == 0 ? Local : host, port != 0 ? port : isTls ? DefaultTlsPort : DefaultPort, isTls);
    }
}
