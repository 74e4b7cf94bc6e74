using System.Collections.Concurrent;
using MySqlConnector;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>Connections to MySQL servers, a pool for each.</summary>
sealed class MysqlClient
{
    readonly ConcurrentDictionary<string, MySqlDataSource> _pools = new(StringComparer.Ordinal);

    public LookupResult Ask(string[] parts, string query)
    {
        if (MysqlServer.Parse(parts[0], out var error) is not { } server) return new LookupResult.Deferred(error);
        // The driver's protocol admits several statements in one query, where Exim's does not: one that slipped through quoting must not run.
        if (SqlStatements.HasSecond(query)) return new LookupResult.Deferred("MYSQL: query failed: more than one statement in a query\n");
        MySqlConnection connection;
        try { connection = _pools.GetOrAdd(string.Join('/', parts), _ => Open(server, parts)).OpenConnection(); }
        catch (MySqlException failure) { return new LookupResult.Deferred($"MYSQL connection failed: {MysqlFailure.OfConnection(server, failure)}"); }
        using (connection)
            try { return Run(connection, Latin1.ToUnicode(query)); }
            catch (MySqlException failure) { return new LookupResult.Deferred($"MYSQL: query failed: {MysqlFailure.OfQuery(failure)}\n"); }
    }

    /// <summary>The driver tests and resets a pooled connection when it is taken, so one that outlived its server is not used.</summary>
    static MySqlDataSource Open(MysqlServer server, string[] parts) => new(new MySqlConnectionStringBuilder
    {
        Server = Latin1.ToUnicode(server.Socket ?? server.Host), Port = (uint)server.Port,
        ConnectionProtocol = server.Socket is null ? MySqlConnectionProtocol.Socket : MySqlConnectionProtocol.UnixSocket,
        Database = Latin1.ToUnicode(parts[1]), UserID = Latin1.ToUnicode(parts[2]), Password = Latin1.ToUnicode(parts[3]),
        UseAffectedRows = true, AllowUserVariables = true, AllowZeroDateTime = true, TreatTinyAsBoolean = false, GuidFormat = MySqlGuidFormat.None, AutoEnlist = false,
        SslMode = MySqlSslMode.Preferred, ApplicationName = "scriptmta",
        ConnectionTimeout = DatabaseLimits.ConnectSeconds, DefaultCommandTimeout = DatabaseLimits.QuerySeconds, MaximumPoolSize = DatabaseLimits.Connections,
    }.ConnectionString);

    static LookupResult Run(MySqlConnection connection, string query)
    {
        using var command = new MySqlCommand(query, connection);
        using var reader = command.ExecuteReader();
        if (reader.FieldCount == 0) return new LookupResult.Found(Value.Clean($"{Math.Max(reader.RecordsAffected, 0)}"));
        var rows = new RowText();
        var fields = reader.GetColumnSchema().Select(column => new MysqlField(column)).ToArray();
        while (reader.Read())
        {
            rows.BeginRow();
            if (fields.Length > 1) foreach (var field in fields) rows.Named(field.Name, field.Text(reader) ?? "");
            // In Exim, a NULL that stands alone gives nothing.
            else if (fields[0].Text(reader) is { } value) rows.Single(value);
            if (rows.IsTooLarge) return new LookupResult.Deferred(DatabaseLimits.TooLarge);
        }
        return rows.HasContent ? new LookupResult.Found(Value.Clean(rows.ToString())) : LookupResult.NotFound.Instance;
    }
}
