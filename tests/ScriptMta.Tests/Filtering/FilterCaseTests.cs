using System.Runtime.CompilerServices;
using ScriptMta.Common;
using ScriptMta.Filtering;

namespace ScriptMta.Tests.Filtering;

/// <summary>Filters that Exim 4.96 was given with -bf (user.txt) and -bF (system.txt), and what it printed. Each case: filter, "---", output.</summary>
public class FilterCaseTests
{
    [Theory]
    [InlineData("user.txt"), InlineData("system.txt")]
    public void Filters_do_what_exim_does_with_them(string file)
    {
        var kind = file == "system.txt" ? FilterKind.System : FilterKind.User;
        var wrong = new List<string>();
        foreach (var (commands, output) in Read(file))
            if (FilterFixture.Printed(commands, kind) is var got && got != output) wrong.Add($"\n{commands}\n  want {output}  got  {got}");
        Assert.True(wrong.Count == 0, $"{wrong.Count}: {string.Concat(wrong)}");
    }

    static IEnumerable<(string Commands, string Output)> Read(string file)
    {
        var text = Latin1.FromUnicode(File.ReadAllText(Path.Combine(Folder(), file)));
        foreach (var one in text.Split("===\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = one.Split("\n---\n");
            yield return (parts[0], parts[1]);
        }
    }

    static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "cases");
}
