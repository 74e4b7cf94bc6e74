using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>
/// Exim's own log tools read our main log. Debian's 4.96 tools know the message ids of 4.96 only (6-6-2, ours are 6-11-4 as since 4.97), so ids are shortened
/// for them; everything else is as we wrote it.
/// </summary>
public sealed partial class LogToolTests : IDisposable
{
    readonly TestSite _site = new(routers: "lists:\n  driver = redirect\n  domains = example.com\n  allow_fail\n  allow_defer\n  data = ${if eq{$local_part}{gone}{:fail: gone away}{${if eq{$local_part}{wait}{:defer: come later}}}}\n");

    [Fact]
    public void Eximstats_counts_arrivals_deliveries_failures_and_delays()
    {
        Submit("alice@example.com", "bob@example.com");
        Submit("gone@example.com");
        Submit("wait@example.com");
        var statistics = Tool("eximstats");
        Assert.Matches(@"\n  Received +\d+ +4 +\d+ +1 +25.0% +1 +25.0%\n", statistics);
        Assert.Matches(@"\n  mailbox +\d+ +3\n", statistics);
        Assert.Contains("gone@example.com R=lists: gone away", statistics, StringComparison.Ordinal);
    }

    [Fact]
    public void Exigrep_finds_all_lines_of_a_message()
    {
        Submit("alice@example.com");
        Submit("bob@example.com");
        var found = Tool("exigrep", "bob@");
        Assert.Matches(@"^\S+ \S+ (\S{16}) <= carol@example.com U=\S+ P=local S=\d+\n\S+ \S+ \1 => bob <bob@example.com> R=local T=mailbox\n\S+ \S+ \1 Completed\n\n$", found);
    }

    void Submit(params string[] recipients)
    {
        var result = Binary.Run(["sendmail", "-C", _site.ConfigFile, "-odi", "-f", "carol@example.com", .. recipients], "Subject: x\n\nx\n");
        Assert.True(result.Status == 0, result.ToString());
    }

    string Tool(string name, params string[] arguments)
    {
        var log = _site.Folder.Write("log-for-tools", OwnId().Replace(_site.MainLog, "$1-$2-$3"));
        var result = Binary.Run([.. arguments, log], program: FindTool(name));
        Assert.True(result.Status == 0, result.ToString());
        return result.Output;
    }

    static string FindTool(string name)
    {
        string[] roots = [Environment.GetEnvironmentVariable("EXIM_ORACLE_ROOT") ?? "/var/cache/scriptmta-tests/exim", "", "/opt/exim-oracle"];
        return roots.Select(root => $"{root}/usr/sbin/{name}").FirstOrDefault(File.Exists)
            ?? throw new Xunit.Sdk.XunitException($"no {name} below {string.Join(", ", roots.Select(r => r + "/usr/sbin"))}: run tests/run");
    }

    public void Dispose() => _site.Dispose();

    [GeneratedRegex(@"\b(\w{6})-\d{5}(\w{6})-(\w\w)\w\w\b")]
    private static partial Regex OwnId();
}
