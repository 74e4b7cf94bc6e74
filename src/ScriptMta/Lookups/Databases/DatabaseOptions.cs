using ScriptMta.Language;

namespace ScriptMta.Lookups;

/// <summary>The main options of the database lookups (Exim chapter 14.6), unexpanded as in Exim. Server lists hold passwords: never print them.</summary>
sealed record DatabaseOptions
{
    public static readonly DatabaseOptions None = new();

    public string? PgsqlServers { get; init; }
    public string? MysqlServers { get; init; }
    public string? RedisServers { get; init; }
    public string? SqliteFile { get; init; }
    /// <summary>How long a query waits for another process's lock.</summary>
    public TimeSpan SqliteLockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public LdapOptions Ldap { get; init; } = LdapOptions.None;

    public static DatabaseOptions From(OptionReader main) => new()
    {
        PgsqlServers = main.Text("pgsql_servers")?.Text,
        MysqlServers = main.Text("mysql_servers")?.Text,
        RedisServers = main.Text("redis_servers")?.Text,
        SqliteFile = main.Text("sqlite_dbfile")?.Text,
        SqliteLockTimeout = TimeSpan.FromSeconds(Math.Clamp(main.Int("sqlite_lock_timeout", (long)None.SqliteLockTimeout.TotalSeconds), 0, int.MaxValue / 1000)),
        Ldap = LdapOptions.From(main),
    };
}
