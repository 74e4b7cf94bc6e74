using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>mysql: a query to a MySQL or MariaDB server (Exim 9.21 to 9.24). The driver is loaded by the first query.</summary>
sealed class MysqlLookup(DatabaseOptions options) : ILookup
{
    static readonly DatabaseKind Kind = new("MySQL", "MYSQL", "MySQL", "mysql_servers", Fields: 4);

    readonly Lazy<MysqlClient> _client = new(static () => new());

    public string Type => "mysql";
    public bool IsQuery => true;

    public LookupResult Find(LookupRequest request) => ServerSearch.Find(request, Kind, options.MysqlServers, (server, query) => _client.Value.Ask(server, query));
}
