using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Lookups;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Lookups;

/// <summary>Servers that are dead, mute, gone or hostile defer a lookup: soon, with a reason, and without harm.</summary>
[Collection(DatabaseGroup.Name)]
public sealed class DatabaseFailureTests(DatabaseServers servers)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task A_server_that_accepts_and_is_mute_defers_a_lookup_within_its_time_limit()
    {
        using var mute = new HostileServer(_ => []);
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(new[]
        {
            $"${{lookup pgsql,servers=127.0.0.1::{mute.Port}/a/b/c{{select 1}}}}", $"${{lookup mysql,servers=127.0.0.1::{mute.Port}/a/b/c{{select 1}}}}",
            $"${{lookup redis,servers=127.0.0.1::{mute.Port}//{{get a}}}}", $"${{lookup ldap{{nettime=1 ldap://127.0.0.1:{mute.Port}/o=base}}}}",
            $"${{if ldapauth{{nettime=1 user=cn=a pass=b ldap://127.0.0.1:{mute.Port}/}}}}",
        }.Select(text => Task.Factory.StartNew(() => Be(text), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.All(answers, answer => Assert.StartsWith("Failed: ", answer, StringComparison.Ordinal));
        Assert.True(watch.Elapsed < Patience, $"{watch.Elapsed}");
    }

    [Fact]
    public void A_server_that_answers_with_rubbish_defers_a_lookup()
    {
        byte[][] rubbish = [[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0, 0], [0x30, 0x80, 0, 0], "HTTP/1.0 400 Bad Request\r\n\r\n"u8.ToArray(), new byte[4096], [0x30, 5, 2, 1, 1, 0x61, 0], [0x30, 12, 2, 1, 1, 0x61, 7, 10, 1, 0, 4, 0, 4, 0x7f]];
        Parallel.ForEach(rubbish, bytes =>
        {
            using var server = new HostileServer(_ => bytes);
            Assert.StartsWith("Failed: lookup of ", Be($"${{lookup ldap{{nettime=2 ldap://127.0.0.1:{server.Port}/o=base}}}}"), StringComparison.Ordinal);
            Assert.StartsWith("Failed: lookup of ", Be($"${{lookup mysql,servers=127.0.0.1::{server.Port}/a/b/c{{select 1}}}}"), StringComparison.Ordinal);
            Assert.StartsWith("Failed: lookup of ", Be($"${{lookup pgsql,servers=127.0.0.1::{server.Port}/a/b/c{{select 1}}}}"), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Connections_that_the_server_has_closed_are_replaced()
    {
        var environment = servers.Environment();
        Assert.Equal("1", DatabaseServers.Be(environment, "${lookup pgsql{select 1}}"));
        Assert.Equal("1", DatabaseServers.Be(environment, "${lookup mysql{select 1}}"));
        Be("${lookup pgsql{select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'}}");
        Be(servers.Filled("${lookup mysql,servers=(@DIR@/my/s)/mysql/root/{select 1 from information_schema.processlist}}"));
        Assert.Equal("1", DatabaseServers.Be(environment, "${lookup pgsql{select 1}}"));
    }

    [Fact]
    public void A_redis_password_is_given_and_a_missing_one_is_noticed()
    {
        string Ask(string password) => Be(servers.Filled($"${{lookup redis,servers=127.0.0.1::@RD@/3/{password}{{ping}}}}"));
        Assert.Equal("OK", Be("${lookup redis{acl setuser default resetpass >secret}}"));
        try
        {
            Assert.Equal("PONG", Ask("secret"));
            Assert.StartsWith("Failed: ", Ask("wrong"), StringComparison.Ordinal);
            Assert.StartsWith("Failed: ", Ask(""), StringComparison.Ordinal);
        }
        finally { Be("${lookup redis{acl setuser default nopass}}"); }
    }

    [Fact]
    public void A_result_without_bound_is_refused()
    {
        Assert.Contains("larger than 16 MB", Be("${lookup pgsql{select repeat('x', 1000000) from generate_series(1, 40)}}"), StringComparison.Ordinal);
        Assert.Contains("larger than 16 MB", Be("${lookup sqlite{with recursive n(i) as (select 1 union all select i+1 from n) select hex(zeroblob(1000000)) from n}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_SQLite_file_that_another_process_holds_defers_after_the_lock_time()
    {
        var environment = servers.Environment(servers.Options with { SqliteLockTimeout = TimeSpan.FromMilliseconds(50) });
        File.Copy(servers.Filled("@DIR@/users.db"), servers.Filled("@DIR@/locked.db"), overwrite: true);
        Assert.Equal(0, SqliteNative.Open(servers.Filled("@DIR@/locked.db"), out var holder));
        using (holder)
        {
            SqliteQuery.Run(holder, "begin exclusive");
            Assert.EndsWith("sqlite3_exec failed: database is locked", DatabaseServers.Be(environment, servers.Filled("${lookup sqlite,file=@DIR@/locked.db{select 1 from users}}")), StringComparison.Ordinal);
        }
        Assert.Equal("3", DatabaseServers.Be(environment, servers.Filled("${lookup sqlite,file=@DIR@/locked.db{select count(*) from users}}")));
    }

    [Fact]
    public void A_SQLite_file_that_was_replaced_is_read_anew_and_an_open_transaction_is_undone()
    {
        var (environment, file) = (servers.Environment(), servers.Filled("@DIR@/swapped.db"));
        string Ask(string query) => DatabaseServers.Be(environment, $"${{lookup sqlite,file={file}{{{query}}}{{$value}}{{no}}}}");
        Ask("create table a (b); insert into a values (1)");
        Ask("begin; update a set b = 2");
        Assert.Equal("1", Ask("select b from a"));
        File.Move(file, file + ".old");
        Ask("create table a (b); insert into a values (3)");
        Assert.Equal("3", Ask("select b from a"));
    }

    [Fact]
    public void Many_threads_share_the_connections()
    {
        var environment = servers.Environment();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            Assert.Equal($"{i}", DatabaseServers.Be(environment, $"${{lookup pgsql{{select {i}}}}}"));
            Assert.Equal($"{i}", DatabaseServers.Be(environment, $"${{lookup mysql{{select {i}}}}}"));
            Assert.Equal($"{i}", DatabaseServers.Be(environment, $"${{lookup sqlite{{select {i}}}}}"));
            Assert.Equal($"PONG", DatabaseServers.Be(environment, "${lookup redis{ping}}"));
            Assert.Equal("fred", DatabaseServers.Be(environment, "${lookup ldap{ldap:///o=base?uid?sub?(uid=fred)}}"));
        });
    }

    [Fact]
    public void TLS_asks_for_a_certificate_that_the_options_trust()
    {
        string Ask(LdapOptions options, string url) => DatabaseServers.Be(servers.Environment(servers.Options with { Ldap = options }), $"${{lookup ldap{{{url}/o=base?o}}}}");
        var (tls, plain) = ($"ldaps://127.0.0.1:{servers.LdapTlsPort}", $"ldap://127.0.0.1:{servers.LdapPort}");
        var trusting = new LdapOptions { AuthorityFile = servers.Filled("@DIR@/cert.pem") };
        Assert.Contains("ldap_bind() returned -1 (", Ask(new(), tls), StringComparison.Ordinal);
        Assert.Equal("base", Ask(new() { RequireCertificate = "never" }, tls));
        Assert.Equal("base", Ask(trusting, tls));
        Assert.Equal("base", Ask(trusting with { StartTls = true }, plain));
        Assert.Contains("ldap_bind() returned -1 (", Ask(new() { StartTls = true }, plain), StringComparison.Ordinal);
        Assert.Equal("base", Ask(trusting with { Version = 2, DefaultServers = $"127.0.0.1::{servers.LdapPort}" }, "ldap://").Replace("Failed: lookup of \"ldap:///o=base?o\" gave DEFER: failed to bind the LDAP connection to server 127.0.0.1:" + servers.LdapPort + " - LDAP error 2: Protocol error", "base", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no PostgreSQL servers defined (pgsql_servers option)", "${lookup pgsql{select 1}}")]
    [InlineData("no MySQL servers defined (mysql_servers option)", "${lookup mysql{select 1}}")]
    [InlineData("no Redis servers defined (redis_servers option)", "${lookup redis{get a}}")]
    [InlineData("absolute file name expected for \"sqlite\" lookup", "${lookup sqlite{select 1}}")]
    [InlineData("PostgreSQL server \"x\" not found in pgsql_servers", "${lookup pgsql,servers=x{select 1}}")]
    public void Without_servers_a_lookup_says_which_option_names_them(string error, string text) =>
        Assert.EndsWith(error, DatabaseServers.Be(servers.Environment(DatabaseOptions.None), text), StringComparison.Ordinal);

    [Theory]
    [InlineData("select 1", false)]
    [InlineData("select 1; ;\n", false)]
    [InlineData("select ';' , \";\", `;`", false)]
    [InlineData("select 'a\\';b'", false)]
    [InlineData("select 1 -- ; x\n", false)]
    [InlineData("select 1; drop table x", true)]
    [InlineData("select 'a\\\\'; drop table x", true)]
    [InlineData("select 1 /*! ; drop table x */", true)]
    [InlineData("select 1 /* */; drop table x", true)]
    [InlineData("select `a\\`; drop table x", true)]
    public void A_second_statement_is_seen_behind_quotes_and_comments(string query, bool second) => Assert.Equal(second, SqlStatements.HasSecond(query));

    string Be(string text) => DatabaseServers.Be(servers.Environment(), text);
}

/// <summary>Answers the first bytes of each connection with bytes of the test's, and keeps the connection open.</summary>
sealed class HostileServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<Socket> _open = [];

    public HostileServer(Func<int, byte[]> answer)
    {
        _listener.Start();
        _ = AcceptAsync(answer);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        lock (_open) _open.ForEach(socket => socket.Dispose());
    }

    async Task AcceptAsync(Func<int, byte[]> answer)
    {
        try
        {
            for (var count = 0; ; count++)
            {
                var socket = await _listener.AcceptSocketAsync();
                lock (_open) _open.Add(socket);
                var bytes = answer(count);
                if (bytes.Length > 0) await socket.SendAsync(bytes);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException) { return; }
    }
}
