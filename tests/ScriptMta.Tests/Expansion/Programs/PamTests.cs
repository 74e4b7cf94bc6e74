using System.Diagnostics;
using ScriptMta.Expansion;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Expansion.Programs;

/// <summary>The pam condition with services of the test's own: the real libpam and its modules, in the process that ScriptMta starts for it.</summary>
public sealed class PamTests : IDisposable
{
    readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("auth required pam_permit.so\naccount required pam_permit.so", "y")]
    [InlineData("auth required pam_deny.so\naccount required pam_permit.so", "n")]
    [InlineData("auth required pam_permit.so\naccount required pam_deny.so", "n")]
    [InlineData("auth required pam_nosuch.so", "Failed: Module is unknown")]
    [InlineData("auth required pam_debug.so auth=user_unknown\naccount required pam_permit.so", "n")]
    [InlineData("auth required pam_debug.so auth=acct_expired\naccount required pam_permit.so", "n")]
    [InlineData("auth required pam_debug.so auth=perm_denied\naccount required pam_permit.so", "Failed: Permission denied")]
    [InlineData("auth required pam_debug.so auth=service_err\naccount required pam_permit.so", "Failed: Error in service module")]
    [InlineData("auth required pam_permit.so\naccount required pam_debug.so acct=new_authtok_reqd", "Failed: Authentication token is no longer valid; new one required")]
    public void What_the_modules_say_is_a_yes_a_no_or_an_error_with_their_words(string service, string result) => Assert.Equal(result, Be("${if pam{root:secret}{y}{n}}", service));

    [Theory]
    [InlineData("${if pam{root:secret}{y}{n}}", "secret")]
    [InlineData("${if pam{root:se::cret}{y}{n}}", "se:cret")]
    [InlineData("${if pam{<; root; se:cret}{y}{n}}", "se:cret")]
    [InlineData("${if pam{root: a b }{y}{n}}", "a b")]
    [InlineData("${if pam{root:caf\u00c3\u00a9}{y}{n}}", "caf\u00e9")]
    [InlineData("${if pam{root}{y}{n}}", "")]
    public void Prompts_get_the_items_of_the_list_in_their_order(string template, string given)
    {
        var (script, file) = (Path.Combine(_folder.Path, "take"), Path.Combine(_folder.Path, "taken"));
        File.WriteAllText(script, $"#!/bin/sh\ncat > {file}\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal("y", Be(template, $"auth required pam_exec.so expose_authtok quiet {script}\naccount required pam_permit.so"));
        Assert.Equal(given, File.ReadAllText(file).TrimEnd('\0'));
    }

    [Fact]
    public void A_module_that_hangs_is_given_up_when_the_time_is_up_and_its_process_is_gone()
    {
        var (script, file) = (Path.Combine(_folder.Path, "hang"), Path.Combine(_folder.Path, "id"));
        File.WriteAllText(script, $"#!/bin/sh\necho $PPID > {file}\nexec sleep 20\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var time = Stopwatch.StartNew();
        Assert.Equal("Failed: PAM gave no answer in 3 s", Be("${if pam{root:x}{y}{n}}", $"auth required pam_exec.so quiet {script}", TimeSpan.FromSeconds(3)));
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(60));
        Assert.False(Directory.Exists($"/proc/{File.ReadAllText(file).Trim()}"));
    }

    [Fact]
    public void A_module_that_ends_its_process_defers_and_leaves_us_alive()
    {
        var script = Path.Combine(_folder.Path, "crash");
        File.WriteAllText(script, "#!/bin/sh\nkill -KILL $PPID\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var context = Context($"auth required pam_exec.so quiet {script}", null);
        var result = Template.Parse("${if pam{root:x}{y}{n}}", ExpansionFixture.At).Expand(context);
        Assert.Equal(ExpandedKind.Deferred, result.Kind);
        Assert.Equal("a PAM module crashed (signal 9)", result.Error);
    }

    [Fact]
    public void A_program_that_cannot_be_started_defers()
    {
        var context = ExpansionFixture.Context(ExpansionFixture.Environment() with { PamProgram = "/nonexistent/scriptmta" });
        Assert.Equal("Failed: PAM could not be asked: /nonexistent/scriptmta could not be started", ExpansionFixture.Be("${if pam{root:x}{y}{n}}", context));
    }

    string Be(string template, string service, TimeSpan? limit = null) => ExpansionFixture.Be(template, Context(service, limit));

    ExpansionContext Context(string service, TimeSpan? limit)
    {
        File.WriteAllText(Path.Combine(_folder.Path, PamCondition.Service), service + "\n");
        return ExpansionFixture.Context(ExpansionFixture.Environment() with
        {
            PamDirectory = _folder.Path, PamProgram = Path.Combine(AppContext.BaseDirectory, "scriptmta"), PamTimeLimit = limit,
        });
    }
}
