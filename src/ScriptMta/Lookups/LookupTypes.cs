using System.Collections.Frozen;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>All lookup types by name: one row each. The instances hold the caches of one loaded configuration.</summary>
static class LookupTypes
{
    static readonly string[] UnbuiltSingleKey = ["dbm", "dbmnz", "dbmjz", "lmdb", "nis", "nis0", "nmh", "psl", "readsock", "regdom", "spf"];
    static readonly string[] UnbuiltQuery = ["ibase", "ldap", "ldapauth", "ldapdn", "ldapm", "mysql", "nisplus", "oracle", "pgsql", "redis", "sqlite", "testdb", "whoson"];

    public static FrozenDictionary<string, ILookup> All() =>
        new ILookup[]
        {
            new LsearchLookup(),
            new WildlsearchLookup("wildlsearch", expands: true),
            new WildlsearchLookup("nwildlsearch", expands: false),
            new IplsearchLookup(),
            new DsearchLookup(),
            new PasswdLookup(),
            new CdbLookup(),
            new JsonLookup(),
            new DnsdbLookup(),
        }
        .Concat(UnbuiltSingleKey.Select(name => new UnbuiltLookup(name, isQuery: false)))
        .Concat(UnbuiltQuery.Select(name => new UnbuiltLookup(name, isQuery: true)))
        .ToFrozenDictionary(l => l.Type, StringComparer.Ordinal);
}
