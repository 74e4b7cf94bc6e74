using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>mysql: a query to a MySQL or MariaDB server (Exim 9.21 to 9.24). The driver is loaded by the first query.</summary>
sealed class MysqlLookup(DatabaseOptions options) : ILookup
{
    static readonly DatabaseKind Kind = new("MySQL", "MYSQL", "MySQL", "mysql_servers", Fields: 4);

    /// <summary>One for the process, so that connections outlive a reload of the configuration.</summary>
    static readonly Lazy<MysqlClient> Client = new(static () => new());

    public string Type => "mysql";
    public bool IsQuery => true;
    public AnswerLife LifeOf(string query) => QueryLife.Of(query);

    public LookupResult Find(LookupRequest request) => ServerSearch.Find(request, Kind, options.MysqlServers, (server, query) => Client.Value.Ask(server, query));
}
