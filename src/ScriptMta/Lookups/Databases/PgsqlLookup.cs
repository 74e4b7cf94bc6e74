using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>pgsql: a query to a PostgreSQL server (Exim 9.21 to 9.25). The driver is loaded by the first query.</summary>
sealed class PgsqlLookup(DatabaseOptions options) : ILookup
{
    static readonly DatabaseKind Kind = new("PostgreSQL", "PGSQL", "pgSQL", "pgsql_servers", Fields: 4);

    /// <summary>One for the process, so that connections outlive a reload of the configuration.</summary>
    static readonly Lazy<PgsqlClient> Client = new(static () => new());

    public string Type => "pgsql";
    public bool IsQuery => true;
    public AnswerLife LifeOf(string query) => QueryLife.Of(query);

    public LookupResult Find(LookupRequest request) => ServerSearch.Find(request, Kind, options.PgsqlServers, (server, query) => Client.Value.Ask(server, query));
}
