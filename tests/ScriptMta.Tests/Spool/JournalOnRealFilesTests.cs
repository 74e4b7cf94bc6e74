using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

public sealed class JournalOnRealFilesTests : SpoolContract, IDisposable
{
    readonly TemporaryDirectory _directory = new();

    private protected override async ValueTask<ISpool> OpenAsync() =>
        await JournalSpool.OpenAsync(new() { Directory = Path.Combine(_directory.Path, "spool") }, new PosixSpoolFiles(), TimeProvider.System, CancellationToken.None);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_opener_learns_which_process_has_the_spool()
    {
        await using var spool = await OpenAsync();
        var error = await Assert.ThrowsAsync<SpoolException>(() => OpenAsync().AsTask());
        Assert.Equal(SpoolFault.Locked, error.Fault);
        Assert.Contains($"in use by process {Environment.ProcessId} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_can_read_what_is_in_the_spool()
    {
        await using var spool = await OpenAsync();
        await new TestMail(1, 2_000_000).CommitAsync(spool);
        foreach (var path in Directory.EnumerateFileSystemEntries(_directory.Path, "*", SearchOption.AllDirectories))
            Assert.Equal(
                Directory.Exists(path) ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute : UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_link_in_place_of_a_body_file_is_not_followed()
    {
        var mail = new TestMail(1, 2_000_000);
        await using var spool = await OpenAsync();
        var victim = Path.Combine(_directory.Path, "victim");
        File.CreateSymbolicLink(Path.Combine(_directory.Path, "spool/bodies", mail.Id.Text), victim);
        Assert.Equal(SpoolFault.InputOutput, (await Assert.ThrowsAsync<SpoolException>(() => mail.CommitAsync(spool))).Fault);
        Assert.False(File.Exists(victim));
    }

    [Fact]
    public async Task A_spool_directory_that_everyone_may_write_is_refused()
    {
        var path = Directory.CreateDirectory(Path.Combine(_directory.Path, "spool")).FullName;
        File.SetUnixFileMode(path, (UnixFileMode)0x1FF);
        Assert.Contains("chmod o-w", (await Assert.ThrowsAsync<SpoolException>(() => OpenAsync().AsTask())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_device_is_reported_as_a_full_disk()
    {
        using var full = new PosixSpoolFiles().Open("/dev/full");
        var error = Assert.ThrowsAny<IOException>(() => full.Write("x"u8, 0));
        Assert.Equal(SpoolFault.DiskFull, error.Fault());
    }
}
