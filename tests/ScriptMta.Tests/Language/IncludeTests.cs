using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

public sealed class IncludeTests
{
    [Theory]
    [InlineData(".include /etc/sub/a")]
    [InlineData(".include sub/a")]
    [InlineData("   .include   \"sub/a\"   ")]
    [InlineData(".include_if_exists /etc/sub/a")]
    [InlineData("DIR = /etc/sub\n.include DIR/a")]
    [InlineData("A = .include sub/a\nA")]
    public void A_file_is_read_in_place_of_the_line(string line)
    {
        var document = Conf.Of($"before\n{line}\nafter").File("/etc/sub/a", "within").ReadClean();
        Assert.Equal(["before", "within", "after"], document.Main.Settings.Select(s => s.Name));
        Assert.Equal("/etc/sub/a:1:1", document.Main.Settings[1].At.ToString());
    }

    [Fact]
    public void A_relative_name_starts_from_the_including_file()
    {
        var document = Conf.Of(".include sub/a").File("/etc/sub/a", ".include b").File("/etc/sub/b", "found").ReadClean();
        Assert.Equal("found", document.Main.Settings[0].Name);
    }

    [Fact]
    public void A_continued_line_may_be_included_in_part()
    {
        var document = Conf.Of("host_lookup = a.b \\\n   .include hosts\n  : z").File("/etc/hosts", ": c \\\n: d \\\n").ReadClean();
        Assert.Equal("a.b : c : d : z", Conf.Value(document, "host_lookup"));
    }

    [Fact]
    public void Macros_of_an_included_file_hold_afterwards() =>
        Assert.Equal("1", Conf.Value(Conf.Of(".include m\nqualify_domain = X").File("/etc/m", "X = 1").ReadClean(), "qualify_domain"));

    [Fact]
    public void A_file_that_need_not_exist_may_be_missing() => Conf.Of(".include_if_exists /missing").ReadClean();

    [Theory]
    [InlineData(".include /missing/x", "1:1 failed to open included configuration file /missing/x")]
    [InlineData("  .include missing", "1:3 failed to open included configuration file /etc/missing")]
    [InlineData(".include \"/missing", "1:1 failed to open included configuration file /etc/\"/missing")]
    [InlineData(".include_if_exists missing", "1:1 .include specifies a non-absolute path \"missing\"")]
    [InlineData(".include", "1:1 .include needs a file name")]
    [InlineData(".included x", "1:1 option setting expected: .included x")]
    public void Wrong_includes_are_reported(string text, string expected) => Assert.Equal([expected], Conf.Of(text).ReadProblems());

    [Fact]
    public void A_file_that_includes_itself_is_reported_and_reading_goes_on() => Assert.Equal(
        ["/etc/a:1:1 includes nested 100 deep: a seems to include itself", "2:1 malformed macro definition"],
        Conf.Of(".include a\nBAD\n").File("/etc/a", ".include a").ReadProblems());

    [Fact]
    public void Files_that_include_one_another_many_times_end()
    {
        var problems = Conf.Of(".include a").File("/etc/a", ".include b\n.include b").File("/etc/b", ".ifdef X\n.endif\n.include c\n.include c")
            .File("/etc/c", string.Concat(Enumerable.Repeat(".include d\n", 5000))).File("/etc/d", "").ReadProblems();
        Assert.Equal(["/etc/c:4997:1 includes of 5000 files: d seems to include itself"], problems);
    }

    [Fact]
    public void Real_files_are_read_as_bytes_and_a_directory_is_an_error()
    {
        var folder = Directory.CreateTempSubdirectory("scriptmta-language-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "m"), [.. "qualify_domain = "u8, 0xe4, (byte)'\n', .. ".include ."u8]);
            ProblemList problems = new();
            var document = ConfigurationReader.Read(Path.Combine(folder, "m"), new(), problems)!;
            Assert.Equal("\xe4", Conf.Value(document, "qualify_domain"));
            var problem = Assert.Single(problems.All);
            Assert.StartsWith($"failed to open included configuration file {folder}/.: ", problem.Message);
            Assert.Equal($"failed to open included configuration file {folder}/.", problem.InEximsWords);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_missing_main_file_is_an_error_without_a_document()
    {
        ProblemList problems = new();
        Assert.Null(ConfigurationReader.Read("/missing/file", new() { OpenFile = _ => null }, problems));
        Assert.Equal("/missing/file: non-existent configuration file(s): /missing/file", problems.All.Single().ToString());
    }
}
