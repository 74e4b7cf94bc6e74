using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ScriptMta.Tests;

/// <summary>The README's table of RFCs names tests that exist, and says of what is not whole what is missing.</summary>
public sealed class StandardsTests
{
    static readonly string Tests = Path.GetDirectoryName(Here())!;

    static readonly HashSet<string> Files = [.. Directory.EnumerateFiles(Path.Combine(Tests, ".."), "*", SearchOption.AllDirectories).Where(static f => !f.Contains("/obj/") && !f.Contains("/bin/")).Select(static f => Path.GetFileName(f))];

    public static TheoryData<string, string, string, string> Rows
    {
        get
        {
            var data = new TheoryData<string, string, string, string>();
            var section = File.ReadAllText(Path.Combine(Tests, "..", "..", "README.md")).Split("## Standards\n")[1].Split("\n## ")[0];
            foreach (Match row in Regex.Matches(section, @"^\| (\d[^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", RegexOptions.Multiline))
                data.Add(row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value, row.Groups[4].Value);
            return data;
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void Each_row_of_the_table_of_RFCs_names_its_tests(string rfc, string state, string what, string tests)
    {
        Assert.Contains(state, (string[])["built", "partly", "not built"]);
        Assert.True(state != "partly" || Regex.IsMatch(what, "not|without|since"), $"{rfc}: what is missing?");
        var named = tests.Split(' ');
        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, static name => !Files.Contains(name.EndsWith(".txt", StringComparison.Ordinal) ? name : name + ".cs"));
    }

    [Fact]
    public void The_table_is_there() => Assert.True(Rows.Count >= 20, $"{Rows.Count} rows");

    static string Here([CallerFilePath] string here = "") => here;
}
