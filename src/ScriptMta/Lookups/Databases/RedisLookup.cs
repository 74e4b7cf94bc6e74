using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>redis: a command to a Redis server (Exim 9.27). A server is <c>host:port/database number/password</c>. The driver is loaded by the first command.</summary>
sealed class RedisLookup(DatabaseOptions options) : ILookup
{
    static readonly DatabaseKind Kind = new("Redis", "REDIS", "Redis", "redis_servers", Fields: 3);

    /// <summary>One for the process, so that connections outlive a reload of the configuration.</summary>
    static readonly Lazy<RedisClient> Client = new(static () => new());

    public string Type => "redis";
    public bool IsQuery => true;

    public LookupResult Find(LookupRequest request) => ServerSearch.Find(request, Kind, options.RedisServers, (server, query) => Client.Value.Ask(server, query));
}
