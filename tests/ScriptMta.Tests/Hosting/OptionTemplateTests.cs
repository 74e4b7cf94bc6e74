using ScriptMta.Language;

namespace ScriptMta.Tests.Hosting;

/// <summary>Every option that is expanded, set to something that cannot be: an error of the load that names the option, at its line.</summary>
public sealed class OptionTemplateTests
{
    const string Broken = "${nonsense";

    public static TheoryData<string> MainOptions => [.. Templates(MainOptionTable.Table.Rows)];

    public static TheoryData<string, string> RouterOptions => DriverOptions(RouterOptionTables.Tables);

    public static TheoryData<string, string> TransportOptions => DriverOptions(TransportOptionTables.Tables);

    [Theory]
    [MemberData(nameof(MainOptions))]
    public void Main(string option) => Refused(option, $"{option} = {Broken}\n{Site.Basics.Replace("primary_hostname = mx.test.org\n", "", StringComparison.Ordinal).Replace($"{option} = ", "# ", StringComparison.Ordinal)}");

    [Theory]
    [MemberData(nameof(RouterOptions))]
    public void Router(string driver, string option) => Refused(option, $"{Site.Basics}begin routers\nr:\n  driver = {driver}\n  {option} = {Broken}\n");

    [Theory]
    [MemberData(nameof(TransportOptions))]
    public void Transport(string driver, string option) => Refused(option, $"{Site.Basics}begin transports\nt:\n  driver = {driver}\n  {option} = {Broken}\n");

    [Theory]
    [InlineData("message")]
    [InlineData("log_message")]
    [InlineData("logwrite")]
    [InlineData("condition")]
    [InlineData("hosts")]
    [InlineData("domains")]
    [InlineData("senders")]
    [InlineData("sender_domains")]
    [InlineData("local_parts")]
    [InlineData("recipients")]
    [InlineData("authenticated")]
    [InlineData("encrypted")]
    [InlineData("acl")]
    [InlineData("add_header")]
    [InlineData("remove_header")]
    [InlineData("delay")]
    [InlineData("control")]
    [InlineData("verify")]
    [InlineData("continue")]
    [InlineData("set acl_m_x")]
    [InlineData("js")]
    public void Acl(string part) => Refused("a", $"{Site.Basics}begin acl\na:\n  warn {part} = {(part == "js" ? "f " : "")}{Broken}\n");

    static void Refused(string name, string text)
    {
        using var site = new Site();
        Assert.Null(site.Load(text));
        var line = Array.FindIndex(text.Split('\n'), l => l.Contains(Broken, StringComparison.Ordinal)) + 1;
        Assert.Contains(site.Problems.All, p => p.At.Line == line && !p.IsWarning && p.Message.Contains(name, StringComparison.Ordinal));
    }

    static TheoryData<string, string> DriverOptions(DriverTables tables)
    {
        var data = new TheoryData<string, string>();
        foreach (var driver in tables.Drivers.Where(d => d.Status == OptionStatus.Built))
            foreach (var option in Templates(tables.Find(driver.Name)!.Rows)) data.Add(driver.Name, option);
        return data;
    }

    static IEnumerable<string> Templates(IEnumerable<OptionRow> rows) =>
        rows.Where(r => r.Status == OptionStatus.Built && IsTemplate(r.Type)).Select(r => r.Name).Order(StringComparer.Ordinal);

    static bool IsTemplate(OptionType type) => type is OptionType.Expanded or OptionType.DomainList or OptionType.HostList or OptionType.AddressList or OptionType.LocalPartList
        or OptionType.ExpandedUserId or OptionType.ExpandedGroupId or OptionType.ExpandedBool or OptionType.ExpandedInt or OptionType.ExpandedTime;
}
