using ScriptMta.Language;

namespace ScriptMta.Authentication;

/// <summary>Drivers that are not and will not be built: an instance that is to serve clients is an error with a way out; one that is a client only does nothing as a server anyway.</summary>
static class RefusedDrivers
{
    public static DriverMade Spa(AuthenticatorBlock block) => Refuse(block, block.Options.Has("server_password"),
        "NTLM gives away what a password can be found from; offer PLAIN and LOGIN (driver = plaintext) over TLS, SCRAM-SHA-256 (driver = gsasl), or NTLM by Dovecot (driver = dovecot)");

    public static DriverMade CyrusSasl(AuthenticatorBlock block) => Refuse(block, isServer: true,
        "the library is not used; offer the mechanism by driver = gsasl, or PLAIN and LOGIN by driver = plaintext with \"saslauthd\" in server_condition");

    public static DriverMade Gssapi(AuthenticatorBlock block) => Refuse(block, isServer: true,
        "Kerberos is not spoken here; let Dovecot do it (driver = dovecot, public_name = GSSAPI)");

    static DriverMade Refuse(AuthenticatorBlock block, bool isServer, string instead)
    {
        var driver = block.Options.Text("driver")!.Value;
        if (isServer) block.Options.Problems.Error(driver.At, $"{block.Options.Owner}: driver \"{driver.Text}\" is not supported: {instead}");
        return DriverMade.NoServer;
    }
}
