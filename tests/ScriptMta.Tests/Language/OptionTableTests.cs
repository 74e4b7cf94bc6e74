using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

public sealed class OptionTableTests
{
    static IEnumerable<OptionRow> AllRows() =>
        from rows in new[] { MainOptionTable.Table.Rows }
            .Concat(new[] { RouterOptionTables.Tables, TransportOptionTables.Tables, AuthenticatorOptionTables.Tables }
                .SelectMany(t => t.Drivers.Select(d => d.Options.AsEnumerable()).Append(t.Generic.Rows)))
        from row in rows
        select row;

    /// <summary>Exim 4.9x has 290 main options (with the synonyms), and drop_cr, which it accepts without effect; eighteen are ours.</summary>
    [Fact]
    public void The_tables_hold_every_option_of_Exim()
    {
        Assert.Equal(291 + 19, MainOptionTable.Table.Rows.Count());
        Assert.Equal([0, 13, 0, 8, 6, 5, 50, 1], RouterOptionTables.Tables.Drivers.Select(d => d.Options.Length));
        Assert.Equal([52, 18, 6, 31, 1, 81], TransportOptionTables.Tables.Drivers.Select(d => d.Options.Length));
        Assert.Equal([3, 4, 2, 3, 15, 3, 3, 4, 4], AuthenticatorOptionTables.Tables.Drivers.Select(d => d.Options.Length));
        Assert.Equal([50, 26, 9], new[] { RouterOptionTables.Tables, TransportOptionTables.Tables, AuthenticatorOptionTables.Tables }.Select(t => t.Generic.Rows.Count()));
    }

    [Fact]
    public void A_refused_option_says_why() =>
        Assert.Empty(AllRows().Where(r => r is { Status: OptionStatus.Refused, Note: null }).Select(r => r.Name));

    /// <summary>A driver's instance defers instead, and its warning says so.</summary>
    [Fact]
    public void A_main_option_that_ends_a_load_says_what_would_happen_without_it() =>
        Assert.Empty(MainOptionTable.Table.Rows.Where(r => r is { Status: OptionStatus.NotBuilt, Note: null, Inert: null }).Select(r => r.Name));

    [Fact]
    public void Only_options_that_are_not_built_have_an_inert_value() =>
        Assert.Empty(AllRows().Where(r => r.Inert is not null && r.Status == OptionStatus.Built).Select(r => r.Name));

    [Fact]
    public void No_boolean_is_named_like_the_negation_of_another()
    {
        var names = AllRows().Select(r => r.Name).ToHashSet();
        Assert.DoesNotContain(names, n => (n.StartsWith("no_", StringComparison.Ordinal) && names.Contains(n[3..])) || (n.StartsWith("not_", StringComparison.Ordinal) && names.Contains(n[4..])));
    }

    [Theory]
    [InlineData("_DRIVER_ROUTER_ACCEPT")]
    [InlineData("_DRIVER_ROUTER_JS")]
    [InlineData("_DRIVER_TRANSPORT_APPENDFILE")]
    [InlineData("_OPT_MAIN_QUALIFY_DOMAIN")]
    [InlineData("_OPT_ROUTERS_CONDITION")]
    [InlineData("_OPT_ROUTER_REDIRECT_ALLOW_FAIL")]
    [InlineData("_OPT_TRANSPORTS_USER")]
    [InlineData("_OPT_TRANSPORT_APPENDFILE_MAILDIR_FORMAT")]
    [InlineData("_HAVE_SCRIPTMTA")]
    public void Built_in_macros_say_what_is_built(string name) => Assert.Equal("y", ProductMacros.All[name]);

    [Fact]
    public void Nothing_that_is_not_built_has_a_macro()
    {
        var missing = MainOptionTable.Table.Rows.Where(r => r.Status != OptionStatus.Built).Select(r => $"_OPT_MAIN_{r.Name.ToUpperInvariant()}")
            .Concat(RouterOptionTables.Tables.Drivers.Where(d => d.Status != OptionStatus.Built).Select(d => $"_DRIVER_ROUTER_{d.Name.ToUpperInvariant()}"));
        Assert.DoesNotContain(missing, ProductMacros.All.ContainsKey);
    }

    [Fact]
    public void Exims_error_format_is_used_for_its_own_options()
    {
        var conf = Conf.Of("\nchek = 3");
        conf.MainProblems();
        Assert.Equal("Exim configuration error in line 2 of /etc/scriptmta.conf:\n  main option \"chek\" unknown", ErrorFormat.Format(conf.Problems.All[0]));
        Assert.Equal("Exim configuration error:\n  x", ErrorFormat.Format(new(default, "x")));
    }
}
