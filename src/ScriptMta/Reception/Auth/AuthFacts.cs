using System.Net;

namespace ScriptMta.Reception;

/// <summary>What authentication asks of the connection.</summary>
static class AuthFacts
{
    /// <summary>As Dovecot's "secured" has it: TLS, or both ends have one address.</summary>
    public static bool IsSecured(SmtpSession session) =>
        session.Connection.IsEncrypted || session.IsLocal || session.Context.Connection is var peer && peer.HostAddress.Length > 0 && peer.HostAddress == peer.InterfaceAddress;

    /// <summary>What goes over the wire stays between us and the client.</summary>
    public static bool CannotBeHeard(SmtpSession session) =>
        IsSecured(session) || IPAddress.TryParse(session.Context.Connection.HostAddress, out var address) && IPAddress.IsLoopback(address);

    /// <summary>Empty without TLS.</summary>
    public static byte[] ServerEndPoint(SmtpSession session) => session.Connection.Tls?.ServerEndPoint() ?? [];

    public static bool HasVerifiedCertificate(SmtpSession session) => session.Connection.Tls is { IsPeerVerified: true };
}
