using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ScriptMta.Language;
using static ScriptMta.Language.OptionType;

namespace ScriptMta.Tests.Language;

/// <summary>cases/options.txt: every option of Exim with its type. Each is known here: it takes what its type takes, refuses what it does not, and has an effect or is named at load.</summary>
public sealed partial class OptionNamesTests
{
    /// <summary>A type as the manual calls it, ours, a value of it, and one that it is not with Exim's complaint (empty: everything is of the type).</summary>
    static readonly Dictionary<string, (OptionType Type, string Good, string Bad, string Complaint)> Types = new(StringComparer.Ordinal)
    {
        ["string"] = (Text, "x", "", ""), ["string †"] = (Expanded, "$x", "", ""), ["string list"] = (TextList, "a : b", "", ""),
        ["domain list †"] = (DomainList, "a : b", "", ""), ["host list †"] = (HostList, "a : b", "", ""), ["address list †"] = (AddressList, "a : b", "", ""), ["local part list †"] = (LocalPartList, "a : b", "", ""),
        ["boolean"] = (Bool, "yes", "x", "\"x\" is not a valid value for the \"NAME\" option"), ["boolean †"] = (ExpandedBool, "$x", "x", "\"x\" is not a valid value for the \"NAME\" option"),
        ["integer"] = (Int, "2K", "3G", "absolute value of integer \"3G\" is too large (overflow)"), ["integer (64 bits)"] = (LongInt, "3G", "x", "integer expected for NAME"),
        ["integer †"] = (ExpandedInt, "$x", "x", "integer expected for NAME"), ["octal integer"] = (Octal, "0755", "x", "octal integer expected for NAME"),
        ["fixed-point"] = (FixedPoint, "1.5", "x", "fixed-point number expected for NAME"), ["time"] = (Time, "1h5m", "x", "invalid time value for NAME"), ["time †"] = (ExpandedTime, "$x", "x", "invalid time value for NAME"),
        ["time list"] = (TimeList, "1h:2h", "2h:1h", "time value out of order for NAME"),
        ["user"] = (UserId, "root", "x!", "user x! was not found"), ["user †"] = (ExpandedUserId, "$x", "x!", "user x! was not found"), ["user list"] = (UserIdList, "root : 7", "root : x!", "user x! was not found"),
        ["group"] = (GroupId, "root", "x!", "group x! was not found"), ["group †"] = (ExpandedGroupId, "$x", "x!", "group x! was not found"), ["group list"] = (GroupIdList, "root : 7", "root : x!", "group x! was not found"),
    };

    static readonly List<(string Owner, string Name, string Type)> Options = ReadOptions();

    public static TheoryData<string> Owners => [.. Options.Select(o => o.Owner).Distinct()];

    [Theory]
    [MemberData(nameof(Owners))]
    public void All_are_known_with_their_types(string owner) =>
        Assert.Equal(Options.Where(o => o.Owner == owner).Select(o => $"{o.Name}: {Types[o.Type].Type}"), Options.Where(o => o.Owner == owner).Select(o => $"{o.Name}: {RowOf(o.Owner, o.Name)?.Type}"));

    [Fact]
    public void Nothing_else_is_known_but_what_is_ours()
    {
        var others = from owner in Options.Select(o => o.Owner).Distinct() from row in RowsOf(owner) where !Options.Exists(o => o.Owner == owner && o.Name == row.Name) select row.Name;
        // Exim takes drop_cr, without effect, and does not list it.
        Assert.Equal("daemon_lmtp_ports destination_backoff destination_limits dns_servers double_bounce_to drop_cr js_body_limit js_files js_statement_limit js_time_limit log_format message_linelength_action mta_sts mta_sts_ca_file mta_sts_server perl_program perl_time_limit requiretls_advertise_hosts saslauthd_socket syslog_socket tlsrpt_from tlsrpt_organization", string.Join(' ', others.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Owners))]
    public void Each_takes_a_value_of_its_type_and_has_an_effect_or_is_named(string owner)
    {
        foreach (var (_, name, type) in Options.Where(o => o.Owner == owner && o.Name != "driver"))
        {
            var (row, said) = (RowOf(owner, name)!, Problems(owner, $"{name} = {Types[type].Good}"));
            if (row.Status == OptionStatus.Built || said.Count == 0) Assert.True(said.Count == 0 && (row.Status == OptionStatus.Built || row.Inert is not null), $"{name}: {string.Join('\n', said)}");
            else Assert.Contains($"option \"{name}\" is ", Assert.Single(said).Message, StringComparison.Ordinal);
            Assert.Equal(row.Status is OptionStatus.Refused || (row.Status == OptionStatus.NotBuilt && owner == "main" && said.Count > 0), said.Any(p => !p.IsWarning));
        }
    }

    [Theory]
    [MemberData(nameof(Owners))]
    public void Each_refuses_what_is_not_of_its_type(string owner)
    {
        foreach (var (_, name, type) in Options.Where(o => o.Owner == owner && Types[o.Type].Bad.Length > 0))
            Assert.Equal(Types[type].Complaint.Replace("NAME", name, StringComparison.Ordinal), Problems(owner, $"{name} = {Types[type].Bad}").First(p => !p.IsWarning).InEximsWords);
    }

    [Fact]
    public void Exim_complains_of_main_options_in_the_same_words()
    {
        var folder = Directory.CreateTempSubdirectory("scriptmta-options-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0x1ff);
        var checkedAgainst = 0;
        // Exim finds out about numbers that are expanded when it uses them.
        foreach (var (_, name, type) in Options.Where(o => o.Owner == "main" && Types[o.Type].Bad.Length > 0 && o.Type is not ("integer †" or "time †" or "boolean †")))
        {
            var file = Path.Combine(folder, "c.conf");
            File.WriteAllText(file, $"keep_environment =\nlog_file_path = {folder}/%slog\n{name} = {Types[type].Bad}\n");
            var error = Complaint().Match(Oracle.Run(["-C", file, "-bP", "qualify_domain"]).Errors).Groups[1].Value;
            // Debian leaves a few out.
            if (error == $"main option \"{name}\" unknown") continue;
            Assert.Equal(Types[type].Complaint.Replace("NAME", name, StringComparison.Ordinal), error);
            checkedAgainst++;
        }
        Directory.Delete(folder, recursive: true);
        Assert.True(checkedAgainst >= 120, $"{checkedAgainst} options were compared");
    }

    static List<ConfigurationProblem> Problems(string owner, string setting)
    {
        var kind = owner.Split(' ')[0].TrimEnd('s');
        if (owner == "main")
        {
            var main = Conf.Of(setting);
            main.MainProblems();
            return [.. main.Problems.All];
        }
        var tables = TablesOf(kind);
        var driver = owner.Split(' ') is [_, var named] ? named : tables.Drivers.First(d => d.Status == OptionStatus.Built || kind == "authenticator").Name;
        var conf = Conf.Of($"begin {kind}s\nx:\ndriver = {driver}\n{setting}\n");
        var document = conf.Read();
        tables.Open((kind switch { "router" => document.Routers, "transport" => document.Transports, _ => document.Authenticators })[0], conf.Problems);
        // A driver that is not built is named as a whole.
        return [.. conf.Problems.All.Where(p => !p.Message.Contains(": driver \"", StringComparison.Ordinal))];
    }

    static IEnumerable<OptionRow> RowsOf(string owner) => owner.Split(' ') switch
    {
        ["main"] => MainOptionTable.Table.Rows,
        [var kinds] => TablesOf(kinds.TrimEnd('s')).Generic.Rows,
        [var kind, var driver] => TablesOf(kind).Drivers.Single(d => d.Name == driver).Options,
        _ => throw new InvalidOperationException(owner),
    };

    static OptionRow? RowOf(string owner, string name) => RowsOf(owner).SingleOrDefault(r => r.Name == name);

    static DriverTables TablesOf(string kind) => kind switch { "router" => RouterOptionTables.Tables, "transport" => TransportOptionTables.Tables, _ => AuthenticatorOptionTables.Tables };

    static List<(string, string, string)> ReadOptions([CallerFilePath] string thisFile = "")
    {
        var (options, owner) = (new List<(string, string, string)>(), "");
        foreach (var line in File.ReadLines(Path.Combine(Path.GetDirectoryName(thisFile)!, "cases", "options.txt")).Where(l => !l.StartsWith('#')))
        {
            if (line.StartsWith('[')) owner = line[1..^1];
            else options.Add((owner, line.Split(": ")[0], line.Split(": ")[1]));
        }
        return options;
    }

    [GeneratedRegex("Exim configuration error.*:\n  (.*)")]
    private static partial Regex Complaint();
}
