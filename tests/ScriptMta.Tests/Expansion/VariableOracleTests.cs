using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion;

/// <summary>Every documented variable without a message, a connection or an address comes to what Debian's Exim prints for it, by itself and after "def:".</summary>
public sealed partial class VariableOracleTests
{
    /// <summary>What no two programs or machines have in common, and why.</summary>
    static readonly Dictionary<string, string> Different = new(StringComparer.Ordinal)
    {
        ["tod_bsdinbox"] = Clock, ["tod_epoch"] = Clock, ["tod_epoch_l"] = Clock, ["tod_full"] = Clock, ["tod_log"] = Clock, ["tod_zulu"] = Clock,
        ["tod_logfile"] = Clock, ["load_average"] = Clock, ["pid"] = Clock, ["log_space"] = Clock, ["spool_space"] = Clock, ["log_inodes"] = Clock, ["spool_inodes"] = Clock,
        ["compile_date"] = Program, ["compile_number"] = Program, ["exim_version"] = Program, ["version_number"] = Program, ["exim_path"] = Program,
        ["exim_uid"] = Option, ["exim_gid"] = Option, ["config_file"] = Option, ["config_dir"] = Option, ["initial_cwd"] = Option,
        ["authenticated_id"] = Caller, ["authenticated_sender"] = Caller, ["sender_address"] = Caller, ["sender_address_domain"] = Caller,
        ["sender_address_local_part"] = Caller, ["sender_ident"] = Caller, ["caller_uid"] = Caller, ["caller_gid"] = Caller, ["originator_uid"] = Caller, ["originator_gid"] = Caller,
    };

    const string Clock = "changes while one looks";
    const string Program = "names the program";
    const string Option = "comes from the configuration or the command line, which this test has not";
    const string Caller = "is whoever called -be";

    /// <summary>Asked for by def:, it ends Exim 4.96 with a segmentation fault.</summary>
    const string Crashes = "reply_address";

    [Fact]
    public void Each_documented_variable_is_what_Exim_prints_without_a_message()
    {
        var names = File.ReadAllText(Path.Combine(ExpansionCases.Folder, "variables")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(294, names.Length);
        var compared = names.Where(name => !Different.ContainsKey(name)).ToList();
        var templates = compared.Select(name => $"<${name}>").Concat(compared.Where(name => name != Crashes).Select(name => $"${{if def:{name}{{y}}{{n}}}}")).ToList();
        var said = ExpansionOracleTests.Ask(templates);
        Assert.Equal(templates.Count, said.Count);
        var wrong = templates.Zip(said).Where(pair => !IsNewer(pair.First, pair.Second)).Select(pair => (Template: pair.First, Exim: pair.Second, Ours: ExpansionFixture.Be(pair.First)))
            .Where(row => row.Exim != row.Ours).Select(row => $"\n{row.Template}: Exim {row.Exim}, ours {row.Ours}");
        Assert.Equal("", string.Concat(wrong));
        Assert.InRange(templates.Zip(said).Count(pair => IsNewer(pair.First, pair.Second)), 20, 60);
    }

    [Fact]
    public void The_variables_that_differ_have_text_of_the_right_kind()
    {
        foreach (var name in Different.Keys) Assert.True(Template.Parse("$" + name, ExpansionFixture.At).Expand(ExpansionFixture.Context()).IsOk, name);
        foreach (var name in Different.Where(row => row.Value == Clock && !row.Key.StartsWith("tod_", StringComparison.Ordinal)).Select(row => row.Key))
            Assert.True(long.TryParse(ExpansionFixture.Be("$" + name), out _), name);
    }

    /// <summary>Documented for a later Exim than Debian's 4.96, or compiled in elsewhere: there, only known.</summary>
    static bool IsNewer(string template, string said) =>
        said.StartsWith("Failed: unknown variable", StringComparison.Ordinal) && !FilterNumber().IsMatch(template);

    /// <summary>$n0 to $n9 and $sn0 to $sn9 are unknown outside of filters, in both.</summary>
    [System.Text.RegularExpressions.GeneratedRegex("[$:]s?n[0-9]")]
    private static partial System.Text.RegularExpressions.Regex FilterNumber();
}
