using ScriptMta.Cli;
using ScriptMta.Language;

namespace ScriptMta.Tests.Cli;

/// <summary>Lines of -be, each after those before it, here and in Debian's Exim.</summary>
public sealed class ExpansionLineTests : IDisposable
{
    const string Configuration = "FROMFILE = a macro of the file\nkeep_environment =\nlog_file_path = DIR/%slog\nprimary_hostname = mx.test\n";

    readonly Hosting.Site _site = new();

    [Theory]
    [InlineData("${if eq{a}{b}{c}{d}}")]
    [InlineData("   leading blank")]
    [InlineData("")]
    [InlineData("# no comment", ".include nothing", "begin acl", "hide x")]
    [InlineData("\\tX\\n")]
    [InlineData("${if eq{a}{b}{c}fail}")]
    [InlineData("${lookup{x}lsearch{/nonexistent}{$value}fail}")]
    [InlineData("${if eq{a}{b}{c}", "$nix")]
    [InlineData("A = xyz", "A", "aAb", "xAx.A")]
    [InlineData("A = xyz", "A == ${lc:QQ}", "A")]
    [InlineData("A = B", "B = c", "A")]
    [InlineData("A =", "[A]")]
    [InlineData("MAC=x${lc:Y}", "${uc:MAC}")]
    [InlineData("x FROMFILE y", "FROMFILE == other", "x FROMFILE")]
    [InlineData("${if eq{$acl_m0}{}{empty}{full}}", "$acl_m_unset", "$acl_mx")]
    public void A_line_is_answered_as_by_Exim(params string[] lines)
    {
        var (expected, _, status) = Oracle.Run(["-C", ConfigurationFile, "-be"], lines);
        Assert.Equal(0, status);
        var line = NewLine();
        Assert.Equal(expected, string.Concat(lines.Select(l => "> " + (line.Answer(l) is { } answer ? answer + "\n" : ""))) + "> \n");
    }

    [Theory]
    [InlineData("Bad", "Exim configuration error:\n  malformed macro definition")]
    [InlineData("FROMFILE = again", "Exim configuration error:\n  macro \"FROMFILE\" is already defined (use \"==\" if you want to redefine it)")]
    [InlineData("XFROMFILE = no", "Exim configuration error:\n  \"XFROMFILE\" cannot be defined as a macro because previously defined macro \"FROMFILE\" is a substring")]
    [InlineData("NEW == no", "Exim configuration error:\n  can't redefine an undefined macro \"NEW\"")]
    public void A_macro_that_cannot_be_defined_prints_nothing_and_the_error_goes_elsewhere(string text, string error)
    {
        var (output, errors, _) = Oracle.Run(["-C", ConfigurationFile, "-be"], [text]);
        Assert.Equal("> > \n", output);
        Assert.Contains(error.Split('\n')[1], errors, StringComparison.Ordinal);
        var said = new List<string>();
        Assert.Null(NewLine(said.Add).Answer(text));
        Assert.Equal([error], said);
    }

    [Fact]
    public void An_acl_variable_is_set_by_a_line_as_by_the_modifier()
    {
        var line = NewLine();
        Assert.Equal("variable acl_m0 set", line.Answer("set acl_m0 = hello ${uc:x}"));
        Assert.Equal("variable acl_c_x set", line.Answer("set acl_c_x =   $acl_m0 2  "));
        Assert.Equal("hello X, hello X 2", line.Answer("$acl_m0, $acl_c_x"));
        Assert.Equal("Failed: unknown variable name \"nix\"", line.Answer("set acl_m0 = $nix"));
        Assert.Equal("hello X", line.Answer("$acl_m0"));
        Assert.Equal("Failed: invalid variable name after \"set\" in ACL modifier \"set foo = 1\" (must start \"acl_c\" or \"acl_m\")", line.Answer("set foo = 1"));
        Assert.Equal("Failed: \"=\" missing after ACL \"set\" modifier", line.Answer("set acl_m1"));
    }

    [Fact]
    public void A_tainted_variable_can_be_set_to_try_what_a_rule_does_with_it()
    {
        var line = NewLine();
        Assert.Equal("variable acl_m0 set", line.Answer("set,t acl_m0 = /etc/hostname"));
        Assert.Equal("/etc/hostname", line.Answer("$acl_m0"));
        Assert.StartsWith("Failed: ", line.Answer("${readfile{$acl_m0}}"), StringComparison.Ordinal);
    }

    public void Dispose() => _site.Dispose();

    string ConfigurationFile
    {
        get
        {
            _site.Write("site.conf", Configuration);
            // Exim writes its log there as another user.
            File.SetUnixFileMode(_site.Folder, (UnixFileMode)0x1ff);
            return _site.ConfigurationFile;
        }
    }

    ExpansionLine NewLine(Action<string>? complain = null)
    {
        var loaded = _site.Load(Configuration)!;
        return new(loaded.NewContext(dryRun: false), new(() => MacroTable.Of(loaded.Document)), complain ?? (_ => { }));
    }
}
