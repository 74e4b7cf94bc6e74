using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

/// <summary>The option tables against the product's own sources: a status that is wrong would ignore a setting in silence, or refuse one that works.</summary>
public sealed class BuiltOptionsTests
{
    /// <summary>How the chapters ask for an option: a getter of OptionReader, or one of their own functions that takes the reader first.</summary>
    static readonly Regex Read = new(
        @"(?:\.(?:Text|Bool|Int|Octal|FixedPoint|Time|All|Has)|\b(?:Template|Templates|List|Hosts|Addresses|Flag|On|Names|Exclusive|Items|From|Expand|ExpandList|TemplateOf))\((?:(?:reader|main|_main|_reader), )?(?:""(\w+)""(?:, ""(\w+)"")?)");

    static readonly Dictionary<string, string> Sources = ProductSources();

    [Fact]
    public void Every_option_that_counts_as_built_is_read_somewhere()
    {
        var literals = Sources.Values.SelectMany(text => Regex.Matches(text, @"""(\w+)""").Select(m => m.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        var ignored = Rows().Where(r => r.Row.Status == OptionStatus.Built && !literals.Contains(r.Row.Name)).Select(r => $"{r.Owner}: {r.Row.Name}");
        Assert.Empty(ignored);
    }

    [Fact]
    public void Every_option_that_is_read_is_in_a_table()
    {
        var known = Rows().Select(r => r.Row.Name).ToHashSet(StringComparer.Ordinal);
        Assert.True(OptionsRead().Count() > 200, "the chapters ask for their options in another way now: mend the expression");
        Assert.Empty(OptionsRead().Where(r => !known.Contains(r.Name)).Select(r => $"{r.File}: {r.Name}"));
    }

    [Fact]
    public void Every_option_that_is_read_counts_as_built_where_it_is_read()
    {
        var built = Rows().Where(r => r.Row.Status == OptionStatus.Built).Select(r => r.Row.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(OptionsRead().Where(r => !built.Contains(r.Name)).Select(r => $"{r.File}: {r.Name}"));
    }

    [Fact]
    public void Every_driver_that_counts_as_built_has_its_row_in_the_chapter()
    {
        Assert.Equal(BuiltDrivers(RouterOptionTables.Tables), ScriptMta.Routing.RouterDrivers.All.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(BuiltDrivers(TransportOptionTables.Tables), ScriptMta.Transports.TransportDrivers.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_macros_name_what_is_built_and_nothing_else()
    {
        Assert.Contains("_DRIVER_ROUTER_IPLITERAL", ProductMacros.All.Keys);
        Assert.DoesNotContain("_DRIVER_ROUTER_IPLOOKUP", ProductMacros.All.Keys);
        foreach (var (owner, row) in Rows().Where(r => r.Owner is "MAIN" or "ROUTERS" or "TRANSPORTS" or "AUTHENTICATORS"))
            Assert.Equal(row.Status == OptionStatus.Built, ProductMacros.All.ContainsKey($"_OPT_{owner}_{row.Name.ToUpperInvariant()}"));
    }

    [Fact]
    public void The_macros_of_lookups_and_ACLs_follow_the_chapters()
    {
        string[] families = ["cdb", "dnsdb", "dsearch", "json", "lsearch", "passwd", "sqlite", "pgsql", "mysql", "ldap", "nis", "dbm", "redis", "lmdb", "psl"];
        Assert.All(families, name => Assert.Equal(IsBuilt(name), ProductMacros.All.ContainsKey($"_HAVE_LOOKUP_{name.ToUpperInvariant()}")));
        Assert.All(ScriptMta.Acl.AclParts.Names.Select(ScriptMta.Acl.AclParts.Find), row =>
            Assert.Equal(row!.Bind is not null, ProductMacros.All.ContainsKey($"_ACL_{(row.IsModifier ? "MOD" : "COND")}_{row.Name.ToUpperInvariant()}")));
    }

    /// <summary>What says so at load is no item and no condition.</summary>
    [Fact]
    public void The_macros_of_expansions_follow_what_a_template_may_use()
    {
        string[] absent = ["not built yet", "is refused", "not compiled"];
        bool MayBeUsed(string template) =>
            ScriptMta.Expansion.Template.Parse(template, ScriptMta.Common.SourceLocation.BuiltIn("test")).SyntaxError is not { } error || !absent.Any(words => error.Contains(words, StringComparison.Ordinal));
        Assert.All(ScriptMta.Expansion.ItemTable.Names, name => Assert.Equal(MayBeUsed($"${{{name}{{a}}{{b}}}}"), ProductMacros.All.ContainsKey($"_EXP_ITEM_{name.ToUpperInvariant()}")));
        Assert.All(ScriptMta.Expansion.ConditionTable.Names.Where(n => char.IsAsciiLetter(n[0])), name =>
            Assert.Equal(MayBeUsed($"${{if {name}{{a}}{{b}}{{c}}}}"), ProductMacros.All.ContainsKey($"_EXP_COND_{name.ToUpperInvariant()}")));
    }

    [Theory]
    [InlineData("_EXP_OP_SHA3")]
    [InlineData("_EXP_VAR_TOD_FULL")]
    [InlineData("_LOG_TLS_CIPHER")]
    [InlineData("_HAVE_CRYPTEQ")]
    [InlineData("_HAVE_NATIVE_SRS")]
    [InlineData("_HAVE_TRANSPORT_APPEND_MAILDIR")]
    public void What_Exim_and_ScriptMta_can_do_has_a_macro(string name) => Assert.Contains(name, ProductMacros.All.Keys);

    static bool IsBuilt(string lookup) => ScriptMta.Lookups.LookupTypes.All()[lookup] is { Refusal: null };

    static IEnumerable<string> BuiltDrivers(DriverTables tables) => tables.Drivers.Where(d => d.Status == OptionStatus.Built).Select(d => d.Name).Order(StringComparer.Ordinal);

    /// <summary>All rows but those of drivers that are not built, which have no status of their own.</summary>
    static IEnumerable<(string Owner, OptionRow Row)> Rows()
    {
        foreach (var row in MainOptionTable.Table.Rows) yield return ("MAIN", row);
        foreach (var tables in new[] { RouterOptionTables.Tables, TransportOptionTables.Tables, AuthenticatorOptionTables.Tables })
        {
            foreach (var row in tables.Generic.Rows) yield return (tables.Kind.ToUpperInvariant() + "S", row);
            foreach (var driver in tables.Drivers.Where(d => d.Status == OptionStatus.Built))
                foreach (var row in driver.Options) yield return ($"{tables.Kind} {driver.Name}", row);
        }
    }

    static IEnumerable<(string File, string Name)> OptionsRead() =>
        from source in Sources
        where ReadsOptions(source.Value)
        from Match match in Read.Matches(source.Value)
        from name in match.Groups.Values.Skip(1).Where(g => g.Success)
        select (source.Key, name.Value);

    static bool ReadsOptions(string source) => source.Contains("OptionReader", StringComparison.Ordinal);

    static Dictionary<string, string> ProductSources([CallerFilePath] string thisFile = "")
    {
        var product = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "src", "ScriptMta"));
        return Directory.EnumerateFiles(product, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/Language/", StringComparison.Ordinal))
            .ToDictionary(f => Path.GetRelativePath(product, f), File.ReadAllText, StringComparer.Ordinal);
    }
}
