namespace ScriptMta.EndToEnd;

/// <summary>Where problems of a configuration are told: a person's terminal, a script's standard error, the daemon's log.</summary>
public sealed class ConfigurationMessageTests : IDisposable
{
    readonly TestSite _site = new(main: "tls_dhparam = /etc/ssl/x.pem");

    string Warning => $"{_site.ConfigFile}:8:1: warning: main section: option \"tls_dhparam\" is known but has no effect yet: key exchange is by elliptic curves\n";

    [Fact]
    public void The_version_option_shows_warnings_and_other_options_do_not_disturb_scripts()
    {
        Assert.Equal(Warning, Binary.Run(["-C", _site.ConfigFile, "-bV"]).Error);
        Assert.Equal("", Binary.Run(["-C", _site.ConfigFile, "-be", "x"]).Error);
        Assert.Equal($"{_site.ConfigFile}\nscriptmta: 1 warnings in {_site.ConfigFile}; -bV or \"scriptmta check\" shows them\n", OnTerminal("-bP config_file"));
    }

    [Fact]
    public void The_daemon_logs_them()
    {
        using var daemon = _site.StartDaemon();
        Assert.EndsWith(Warning, _site.MainLog, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_gets_Exims_words_and_a_person_the_column_and_a_hint_too()
    {
        using var wrong = new TestSite(main: "qualify_domian = x");
        var theirs = $"Exim configuration error in line 8 of {wrong.ConfigFile}:\n  main option \"qualify_domian\" unknown\n";
        Assert.StartsWith(theirs + "scriptmta: ", Binary.Run(["-C", wrong.ConfigFile, "-bV"]).Error, StringComparison.Ordinal);
        var person = Binary.Run(["-qec", $"{Binary.FilePath} -C {wrong.ConfigFile} -be x", "/dev/null"], program: "/usr/bin/script").Output.Replace("\r", "", StringComparison.Ordinal);
        Assert.Contains($"{theirs}  {wrong.ConfigFile}:8:1: main section: unknown option \"qualify_domian\" (did you mean \"qualify_domain\"?)\n", person, StringComparison.Ordinal);
    }

    public void Dispose() => _site.Dispose();

    string OnTerminal(string arguments)
    {
        var output = Binary.Run(["-qec", $"{Binary.FilePath} -C {_site.ConfigFile} {arguments}", "/dev/null"], program: "/usr/bin/script").Output.Replace("\r", "", StringComparison.Ordinal);
        // .NET greets a terminal with its keypad mode.
        output = output.Replace("\e[?1h\e=", "", StringComparison.Ordinal);
        // Standard output and error are one there, in either order.
        return string.Concat(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).Select(l => l + "\n"));
    }
}
