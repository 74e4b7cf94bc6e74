using System.Collections.Frozen;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>All lookup types by name: one row each. The instances hold the caches of one loaded configuration.</summary>
static class LookupTypes
{
    const string Nis = "NIS maps are read by ypcat: write the map to a file (ypcat -k MAP) and use lsearch or cdb";
    const string OtherSql = "use pgsql, mysql or sqlite";

    public static FrozenDictionary<string, ILookup> All(params ReadOnlySpan<ILookup> later) => All(DatabaseOptions.None, later);

    public static FrozenDictionary<string, ILookup> All(DatabaseOptions databases, params ReadOnlySpan<ILookup> later) => All(databases, CsaSearch.Default, later);

    /// <param name="later">Types of later chapters.</param>
    public static FrozenDictionary<string, ILookup> All(DatabaseOptions databases, CsaSearch csa, params ReadOnlySpan<ILookup> later)
    {
        var ldap = new LdapSearch(databases.Ldap);
        return new ILookup[]
        {
            new LsearchLookup(),
            new WildlsearchLookup("wildlsearch", expands: true),
            new WildlsearchLookup("nwildlsearch", expands: false),
            new IplsearchLookup(),
            new DsearchLookup(),
            new PasswdLookup(),
            new CdbLookup(),
            new DbmLookup("dbm", DbmLookup.Terminated),
            new DbmLookup("dbmnz", DbmLookup.Plain),
            new DbmLookup("dbmjz", DbmLookup.Joined),
            new JsonLookup(),
            new SuffixLookup("psl", isRegistrable: false),
            new SuffixLookup("regdom", isRegistrable: true),
            new DnsdbLookup(csa),
            new PgsqlLookup(databases),
            new MysqlLookup(databases),
            new SqliteLookup(databases),
            new RedisLookup(databases),
            new LdapLookup("ldap", LdapAnswer.OneEntry, ldap),
            new LdapLookup("ldapm", LdapAnswer.Entries, ldap),
            new LdapLookup("ldapdn", LdapAnswer.Name, ldap),
            new ReadsockLookup(),
            new RefusedLookup("lmdb", isQuery: false, "write the data to a text file (mdb_dump -p) and use lsearch, or make a cdb file of it"),
            new RefusedLookup("nis", isQuery: false, Nis),
            new RefusedLookup("nis0", isQuery: false, Nis),
            new RefusedLookup("nisplus", isQuery: true, "NIS+ is no longer in any system; use ldap"),
            new RefusedLookup("ibase", isQuery: true, OtherSql),
            new RefusedLookup("oracle", isQuery: true, OtherSql),
            new RefusedLookup("testdb", isQuery: true, "it only serves the tests of Exim"),
            new RefusedLookup("whoson", isQuery: true, "the Whoson server is gone; let clients authenticate"),
            new RefusedLookup("nmh", isQuery: false, "it only serves the tests of Exim"),
        }
        .Concat(later.ToArray())
        .ToFrozenDictionary(l => l.Type, StringComparer.Ordinal);
    }
}
