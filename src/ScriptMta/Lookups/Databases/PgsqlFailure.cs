using System.Net.Sockets;
using Npgsql;

namespace ScriptMta.Lookups;

/// <summary>Failures of the driver in the words that libpq, and so Exim, has for them.</summary>
static class PgsqlFailure
{
    const string AdminShutdownClass = "57P";
    const string TcpHint = "\n\tIs the server running on that host and accepting TCP/IP connections?\n";
    const string SocketHint = "\n\tIs the server running locally and accepting connections on that socket?\n";

    public static string OfConnection(PgsqlServer server, NpgsqlException failure) => "PGSQL connection failed: " + failure switch
    {
        PostgresException refusal => $"connection to server {server.Place} failed: {refusal.InvariantSeverity}:  {refusal.MessageText}\n",
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } } =>
            $"could not translate host name \"{server.Host}\" to address: Name or service not known\n",
        { InnerException: SocketException socket } => $"connection to server {server.Place} failed: {Reason(socket)}{(server.IsSocket ? SocketHint : TcpHint)}",
        { InnerException: TimeoutException } => $"connection to server {server.Place} failed: timeout expired\n",
        _ => $"connection to server {server.Place} failed: {failure.Message}\n",
    };

    public static string OfQuery(NpgsqlException failure, string query) => failure is PostgresException error
        ? $"PGSQL: query failed: {Described(error, query)} (PGRES_FATAL_ERROR) ({query})\n"
        : $"PGSQL: query failed: {(failure.InnerException is TimeoutException ? $"no answer within {DatabaseLimits.QuerySeconds} s" : failure.Message)}\n (PGRES_FATAL_ERROR) ({query})\n";

    /// <summary>The connection is gone, not the query wrong.</summary>
    public static bool IsLoss(NpgsqlException failure) =>
        failure is PostgresException error ? error.SqlState.StartsWith(AdminShutdownClass, StringComparison.Ordinal) : failure.InnerException is IOException or SocketException;

    /// <summary>A missing socket is reported as an address that is not there.</summary>
    static string Reason(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "Connection refused",
        SocketError.AddressNotAvailable => "No such file or directory",
        SocketError.AccessDenied => "Permission denied",
        SocketError.TimedOut => "Connection timed out",
        _ => failure.Message,
    };

    static string Described(PostgresException error, string query) =>
        $"{error.InvariantSeverity}:  {error.MessageText}\n{(error.Position > 0 ? PgsqlErrorPlace.Show(query, error.Position) : "")}"
        + Line("DETAIL", error.Detail) + Line("HINT", error.Hint) + Line("QUERY", error.InternalQuery) + Line("CONTEXT", error.Where);

    static string Line(string what, string? text) => text is null ? "" : $"{what}:  {text}\n";
}
