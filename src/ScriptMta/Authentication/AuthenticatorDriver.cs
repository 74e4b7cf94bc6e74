using System.Collections.Frozen;

namespace ScriptMta.Authentication;

/// <summary>What one driver makes of an instance; Mechanism is null where the instance is no server.</summary>
readonly record struct DriverMade(ServerMechanism? Mechanism, bool ShowsSecret = false, bool NeedsBinding = false, bool IsTls = false)
{
    public static readonly DriverMade NoServer = new(null);
}

/// <summary>The drivers that authenticate clients (Exim 34 to 42). A new one is one line here and one file.</summary>
static class AuthenticatorDrivers
{
    public static readonly FrozenDictionary<string, Func<AuthenticatorBlock, DriverMade>> All = new Dictionary<string, Func<AuthenticatorBlock, DriverMade>>(StringComparer.Ordinal)
    {
        ["cram_md5"] = CramMd5Driver.Make,
        ["cyrus_sasl"] = RefusedDrivers.CyrusSasl,
        ["dovecot"] = DovecotDriver.Make,
        ["external"] = ExternalDriver.Make,
        ["gsasl"] = GsaslDriver.Make,
        ["heimdal_gssapi"] = RefusedDrivers.Gssapi,
        ["plaintext"] = PlainTextDriver.Make,
        ["spa"] = RefusedDrivers.Spa,
        ["tls"] = TlsDriver.Make,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
