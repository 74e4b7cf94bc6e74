using ScriptMta.Common.Posix;

namespace ScriptMta.Tests.Routing;

/// <summary>A redirection file is believed only when its owner, mode and kind are right; nothing else is opened.</summary>
public sealed class RedirectFileTests : IDisposable
{
    const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    readonly RoutingFixture _fixture = RoutingFixture.Of("""
        forward:
          driver = redirect
          check_local_user
          file = $home/.forward
          file_transport = afile
          pipe_transport = apipe
          skip_syntax_errors
        user:
          driver = accept
          transport = local
        """).WithUser("ann");

    public void Dispose() => _fixture.Dispose();

    string Path => $"{_fixture.Directory}/home/ann/.forward";
    string Bt => _fixture.Bt("ann");

    [Fact]
    public void A_file_that_others_can_write_is_refused()
    {
        _fixture.WithFile("home/ann/.forward", "x@y.z\n", Readable | UnixFileMode.OtherWrite);
        Assert.Equal($"ann@example.org cannot be resolved at this time: bad mode (0100646) for {Path}: 022 bit(s) unexpected\n", Bt);
    }

    [Fact]
    public void A_file_of_somebody_else_is_refused()
    {
        _fixture.WithUser("ann", uid: Users.geteuid() + 12345).WithFile("home/ann/.forward", "x@y.z\n");
        Assert.Equal($"ann@example.org cannot be resolved at this time: bad owner for {Path}\n", Bt);
    }

    [Fact]
    public void A_directory_is_no_redirection()
    {
        Directory.CreateDirectory(Path);
        Assert.Equal($"ann@example.org cannot be resolved at this time: {Path} is not a regular file\n", Bt);
    }

    [Fact]
    public void A_missing_file_declines_and_a_missing_directory_defers()
    {
        Assert.Equal("ann@example.org\n  router = user, transport = local\n", Bt);
        Directory.Delete($"{_fixture.Directory}/home/ann");
        Assert.Equal($"ann@example.org cannot be resolved at this time: failed to stat {_fixture.Directory}/home/ann/. (No such file or directory)\n", Bt);
    }

    [Fact]
    public void Syntax_errors_name_file_and_line_and_are_skipped_on_request()
    {
        _fixture.WithFile("home/ann/.forward", "x@y.z,\n\nbad bad bad\n");
        Assert.Equal("x@y.z\n    <-- ann@example.org\n  router = user, transport = local\n", Bt);
        Assert.Contains($"forward router: skipped error: missing or malformed local part (expected word or \"<\") in \"bad bad bad\" ({Path} line 3)", _fixture.Log);
    }

    [Fact]
    public void An_error_in_an_included_file_names_that_file()
    {
        using var fixture = RoutingFixture.Of("r:\n  driver = redirect\n  data = :include:DIR/list\n").WithFile("list", "ok@y.z\nbad bad bad\n");
        Assert.Equal($"a@example.org cannot be resolved at this time: error in redirect data: missing or malformed local part (expected word or \"<\") in \"bad bad bad\" ({fixture.Directory}/list line 2)\n", fixture.Bt("a"));
    }

    [Fact]
    public void Files_that_include_each_other_end()
    {
        using var fixture = RoutingFixture.Of("r:\n  driver = redirect\n  data = :include:DIR/list\n");
        fixture.WithFile("list", $":include:{fixture.Directory}/list\n");
        Assert.Contains("included files nest deeper than 10", fixture.Bt("a"));
    }

    [Fact]
    public void An_include_that_a_stranger_named_is_refused()
    {
        using var fixture = RoutingFixture.Of("r:\n  driver = redirect\n  data = :include:/tmp/$local_part\n");
        Assert.Contains("Tainted name '/tmp/a' for included file not permitted", fixture.Bt("a"));
    }

    [Fact]
    public void A_fifo_is_never_opened()
    {
        if (File.Exists("/usr/bin/mkfifo"))
        {
            using var process = System.Diagnostics.Process.Start("/usr/bin/mkfifo", Path);
            process.WaitForExit();
            Assert.Equal($"ann@example.org cannot be resolved at this time: {Path} is not a regular file\n", Bt);
        }
    }
}
