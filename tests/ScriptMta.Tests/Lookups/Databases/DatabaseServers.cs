using ScriptMta.Expansion;
using ScriptMta.Lookups;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Lookups;

[CollectionDefinition(Name)]
public sealed class DatabaseGroup : ICollectionFixture<DatabaseServers>
{
    public const string Name = "databases";
}

/// <summary>PostgreSQL, MariaDB, Redis and slapd with the same few users, started once for all tests of the collection, side by side; and a SQLite file.</summary>
public sealed class DatabaseServers : IDisposable
{
    readonly List<ServerProcess> _servers = [];

    public DatabaseServers()
    {
        // Short: the name of a Unix socket has at most 107 bytes. Other users go through it to what is theirs.
        Folder = Directory.CreateTempSubdirectory("smdb").FullName;
        File.SetUnixFileMode(Folder, File.GetUnixFileMode(Folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Parallel.Invoke(StartPostgres, StartMariaDb, StartRedis, StartSlapd, MakeSqlite);
        File.WriteAllText(OracleConfiguration, Filled(File.ReadAllText(Path.Combine(DataFolder, "oracle.conf"))));
    }

    public string Folder { get; }
    public int PostgresPort { get; } = ServerProcess.FreePort();
    public int MariaDbPort { get; } = ServerProcess.FreePort();
    public int RedisPort { get; } = ServerProcess.FreePort();
    public int LdapPort { get; } = ServerProcess.FreePort();
    public int LdapTlsPort { get; } = ServerProcess.FreePort();
    public string OracleConfiguration => Path.Combine(Folder, "exim.conf");

    /// <summary>The data, beside the cases that ask for it.</summary>
    public static string DataFolder => Path.Combine(ExpansionCases.Folder, "databases");

    /// <summary>What stands for this run's ports and folder in the cases, the configuration and the data.</summary>
    public string Filled(string text) => text
        .Replace("@PG@", $"{PostgresPort}", StringComparison.Ordinal).Replace("@MY@", $"{MariaDbPort}", StringComparison.Ordinal).Replace("@RD@", $"{RedisPort}", StringComparison.Ordinal)
        .Replace("@LDAP@", $"{LdapPort}", StringComparison.Ordinal).Replace("@DIR@", Folder, StringComparison.Ordinal).Replace("@DIR2F@", Folder.Replace("/", "%2F", StringComparison.Ordinal), StringComparison.Ordinal);

    internal DatabaseOptions Options => new()
    {
        PgsqlServers = Filled("127.0.0.1::@PG@/postgres/exim/"), MysqlServers = Filled("127.0.0.1::@MY@/mail/exim/pw"), RedisServers = Filled("127.0.0.1::@RD@/0/"),
        SqliteFile = Filled("@DIR@/users.db"), Ldap = new() { DefaultServers = Filled("127.0.0.1::@LDAP@") },
    };

    internal RuleEnvironment Environment(DatabaseOptions? options = null) => ExpansionFixture.Environment() with { Lookups = LookupTypes.All(options ?? Options) };

    internal static string Be(RuleEnvironment environment, string text) => ExpansionFixture.Be(text, ExpansionFixture.Context(environment));

    public void Dispose()
    {
        Parallel.ForEach(_servers, server => server.Dispose());
        Directory.Delete(Folder, recursive: true);
    }

    void StartPostgres()
    {
        var data = Make("pg", "postgres");
        var programs = Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";
        ServerProcess.Run("postgres", null, programs + "initdb", "-D", data + "/data", "-U", "exim", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C");
        var server = Add(ServerProcess.Start("postgres", $"{Folder}/pg.log", programs + "postgres", "-D", data + "/data", "-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-p", $"{PostgresPort}", "-k", data,
            "-c", "shared_buffers=4MB", "-c", "max_connections=40"));
        server.WaitFor($"{Folder}/pg.log", () => File.Exists($"{Folder}/pg.log") && File.ReadAllText($"{Folder}/pg.log").Contains("ready to accept connections", StringComparison.Ordinal));
        ServerProcess.Run(null, Data("pgsql.sql"), "psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", $"{PostgresPort}", "-U", "exim", "postgres");
    }

    void StartMariaDb()
    {
        var data = Make("my", "mysql");
        ServerProcess.Run("mysql", null, "mariadb-install-db", "--no-defaults", $"--datadir={data}/data", "--auth-root-authentication-method=normal", "--skip-test-db");
        var server = Add(ServerProcess.Start("mysql", $"{Folder}/my.log", "mariadbd", "--no-defaults", $"--datadir={data}/data", $"--port={MariaDbPort}", "--bind-address=127.0.0.1", $"--socket={data}/s",
            $"--pid-file={data}/pid", "--innodb-buffer-pool-size=8M", "--innodb-log-file-size=4M", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0"));
        server.WaitFor($"{Folder}/my.log", () => ServerProcess.Answers(MariaDbPort));
        ServerProcess.Run(null, Data("mysql.sql"), "mariadb", "--no-defaults", $"--socket={data}/s", "-uroot");
    }

    void StartRedis()
    {
        var data = Make("rd", null);
        Add(ServerProcess.Start(null, $"{Folder}/rd.log", "redis-server", "--port", $"{RedisPort}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", data, "--unixsocket", data + "/s"))
            .WaitFor($"{Folder}/rd.log", () => ServerProcess.Answers(RedisPort));
    }

    void StartSlapd()
    {
        var data = Make("ld", null);
        TestCertificate.Write(Folder);
        File.WriteAllText($"{Folder}/slapd.conf", Data("slapd.conf"));
        File.WriteAllText($"{Folder}/data.ldif", Data("data.ldif"));
        ServerProcess.Run(null, null, "slapadd", "-f", $"{Folder}/slapd.conf", "-l", $"{Folder}/data.ldif");
        var urls = $"ldap://127.0.0.1:{LdapPort} ldaps://127.0.0.1:{LdapTlsPort} ldapi://{data.Replace("/", "%2F", StringComparison.Ordinal)}%2Fs";
        Add(ServerProcess.Start(null, $"{Folder}/ld.log", "slapd", "-f", $"{Folder}/slapd.conf", "-h", urls, "-d", "0")).WaitFor($"{Folder}/ld.log", () => ServerProcess.Answers(LdapPort));
    }

    void MakeSqlite()
    {
        var environment = Environment(new() { SqliteFile = $"{Folder}/users.db" });
        var made = Template.Parse("${lookup sqlite{\\N" + Data("sqlite.sql") + "\\N}}", ExpansionFixture.At).Expand(ExpansionFixture.Context(environment));
        Assert.True(made.IsOk, made.Error);
        File.WriteAllText($"{Folder}/bad.db", "not a database at all, really not, no header of SQLite here");
    }

    string Make(string name, string? owner)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        if (owner is not null && System.Environment.UserName == "root") ServerProcess.Run(null, null, "chown", owner, folder);
        return folder;
    }

    ServerProcess Add(ServerProcess server)
    {
        lock (_servers) _servers.Add(server);
        return server;
    }

    string Data(string name) => Filled(File.ReadAllText(Path.Combine(DataFolder, name)));
}
