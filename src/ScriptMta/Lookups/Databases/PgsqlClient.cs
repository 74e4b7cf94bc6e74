using System.Collections.Concurrent;
using Npgsql;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>Connections to PostgreSQL servers, a pool for each. Text goes both ways as bytes, and every value comes in the server's own text form.</summary>
sealed class PgsqlClient
{
    readonly ConcurrentDictionary<string, NpgsqlDataSource> _pools = new(StringComparer.Ordinal);

    public LookupResult Ask(string[] parts, string query)
    {
        if (PgsqlServer.Parse(parts[0], out var error) is not { } server) return new LookupResult.Deferred(error);
        return Ask(_pools.GetOrAdd(string.Join('/', parts), _ => Open(server, parts)), server, query);
    }

    static LookupResult Ask(NpgsqlDataSource pool, PgsqlServer server, string query)
    {
        for (var first = true; ; first = false)
        {
            NpgsqlConnection connection;
            try { connection = pool.OpenConnection(); }
            catch (NpgsqlException failure) { return new LookupResult.Deferred(PgsqlFailure.OfConnection(server, failure)); }
            using (connection)
                try { return Run(connection, query); }
                // Connections that outlived their server: all of the pool are suspect. A change may have happened and is not tried twice.
                catch (NpgsqlException failure) when (first && PgsqlFailure.IsLoss(failure) && QueryLife.Of(query) == AnswerLife.Message) { pool.Clear(); }
                // COPY is not for a plain command.
                catch (NotSupportedException failure) { return new LookupResult.Deferred($"PGSQL: query failed: {failure.Message} ({query})\n"); }
                catch (NpgsqlException failure)
                {
                    if (PgsqlFailure.IsLoss(failure)) pool.Clear();
                    return new LookupResult.Deferred(PgsqlFailure.OfQuery(failure, query));
                }
        }
    }

    static NpgsqlDataSource Open(PgsqlServer server, string[] parts)
    {
        var user = PgsqlServer.UserName(parts[2]);
        var builder = new NpgsqlSlimDataSourceBuilder(new NpgsqlConnectionStringBuilder
        {
            Host = Latin1.ToUnicode(server.Host), Port = server.Port, Database = Latin1.ToUnicode(parts[1].Length > 0 ? parts[1] : user),
            Username = Latin1.ToUnicode(user), Password = parts[3].Length > 0 ? Latin1.ToUnicode(parts[3]) : null,
            ApplicationName = "scriptmta", Encoding = "iso-8859-1", IncludeErrorDetail = true,
            GssEncryptionMode = GssEncryptionMode.Disable, Enlist = false,
            Timeout = DatabaseLimits.ConnectSeconds, CommandTimeout = DatabaseLimits.QuerySeconds, MaxPoolSize = DatabaseLimits.Connections,
        }.ConnectionString);
        builder.EnableTransportSecurity();
        // Values come as text, so the server's types need not be known: a query at each connect less.
        builder.ConfigureTypeLoading(loading => loading.EnableTypeLoading(false));
        return builder.Build();
    }

    /// <summary>Of several statements the last one that gives rows counts; if none does, how many rows they changed. A statement that does neither finds nothing, as in Exim.</summary>
    static LookupResult Run(NpgsqlConnection connection, string query)
    {
        using var command = new NpgsqlCommand(query, connection) { AllResultTypesAreUnknown = true };
        using var reader = command.ExecuteReader();
        var isData = reader.FieldCount > 0 || reader.HasRows;
        var rows = ReadRows(reader);
        while (rows is not null && reader.NextResult()) rows = ReadRows(reader);
        if (rows is null) return new LookupResult.Deferred(DatabaseLimits.TooLarge);
        var text = rows.HasContent ? rows.ToString() : !isData && reader.RecordsAffected >= 0 ? $"{reader.RecordsAffected}" : null;
        return text is null ? LookupResult.NotFound.Instance : new LookupResult.Found(Value.Clean(text));
    }

    /// <summary>Null when the result is too large.</summary>
    static RowText? ReadRows(NpgsqlDataReader reader)
    {
        var rows = new RowText();
        while (reader.Read())
        {
            rows.BeginRow();
            if (reader.FieldCount == 1) rows.Single(Field(reader, 0));
            else if (reader.FieldCount == 0) rows.Single("");
            else for (var i = 0; i < reader.FieldCount; i++) rows.Named(reader.GetName(i), Field(reader, i));
            if (rows.IsTooLarge) return null;
        }
        return rows;
    }

    static string Field(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? "" : reader.GetString(column);
}
