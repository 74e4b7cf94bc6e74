using System.Net.Sockets;
using MySqlConnector;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

/// <summary>Failures of the driver in the words that MySQL's client library, and so Exim, has for them. What the server said is passed on.</summary>
static class MysqlFailure
{
    // The numbers that the library shows: the resolver's for an unknown name, "in progress" for whatever went wrong with TCP, "no such file" and "refused" for a socket.
    const int UnknownHost = -2, Tcp = 115, Missing = 2, Refused = 111;

    public static string OfConnection(MysqlServer server, MySqlException failure) =>
        server.Socket is { } missing && !File.Exists(Latin1.ToUnicode(missing)) ? $"Can't connect to local server through socket '{missing}' ({Missing})"
        : failure.ErrorCode != MySqlErrorCode.UnableToConnectToHost ? Latin1.FromUnicode(failure.Message)
        : server.Socket is { } socket ? $"Can't connect to local server through socket '{socket}' ({Refused})"
        : IsKnown(server.Host) ? $"Can't connect to server on '{server.Host}' ({Tcp})"
        : $"Unknown server host '{server.Host}' ({UnknownHost})";

    public static string OfQuery(MySqlException failure) =>
        failure.ErrorCode == MySqlErrorCode.CommandTimeoutExpired ? $"no answer within {DatabaseLimits.QuerySeconds} s" : Latin1.FromUnicode(failure.Message);

    /// <summary>The driver does not say which of both it was.</summary>
    static bool IsKnown(string host)
    {
        try { return System.Net.Dns.GetHostAddresses(Latin1.ToUnicode(host)).Length > 0; }
        catch (Exception failure) when (failure is SocketException or ArgumentException) { return false; }
    }
}
