using System.Runtime.CompilerServices;
using ScriptMta.Logging;

namespace ScriptMta.Tests.Logging;

public sealed class LogSelectorTableTests
{
    static readonly Lazy<string> Sources = new(() => string.Concat(Directory.EnumerateFiles(ProductFolder(), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.EndsWith("LogSelectorTable.cs", StringComparison.Ordinal)).Select(File.ReadAllText)));

    [Fact]
    public void Every_selector_that_is_not_for_later_is_asked_for_where_a_line_is_made()
    {
        var never = LogSelectorTable.Rows.Where(row => !row.IsLater && !Sources.Value.Contains($"Has(\"{row.Name}\")", StringComparison.Ordinal)).Select(row => row.Name);
        Assert.Empty(never);
    }

    [Fact]
    public void Names_are_there_once_and_in_order() =>
        Assert.Equal(LogSelectorTable.Rows.Select(row => row.Name).Distinct().Order(StringComparer.Ordinal), LogSelectorTable.Rows.Select(row => row.Name));

    static string ProductFolder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "src", "ScriptMta"));
}
