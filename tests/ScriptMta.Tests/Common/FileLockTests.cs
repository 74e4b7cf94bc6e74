using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ScriptMta.Common.Posix;

namespace ScriptMta.Tests.Common;

/// <summary>A copy of the descriptor stands for the child process that some other thread is starting: it has the file until it runs its own program.</summary>
public sealed class FileLockTests : IDisposable
{
    readonly string _path = Path.GetTempFileName();

    [Fact]
    public void A_mailbox_lock_that_was_given_back_is_free_though_a_child_still_has_the_file()
    {
        using var first = Open();
        Assert.True(MailFiles.TryFcntlLock(first));
        using var ofChild = Copy(first);
        using var second = Open();
        Assert.False(MailFiles.TryFcntlLock(second));
        MailFiles.Unlock(first);
        Assert.True(MailFiles.TryFcntlLock(second));
    }

    [Fact]
    public void A_flock_that_was_given_back_is_free_though_a_child_still_has_the_file()
    {
        using var first = Open();
        Assert.True(FileLock.TryExclusive(first, _path));
        using var ofChild = Copy(first);
        using var second = Open();
        Assert.False(FileLock.TryExclusive(second, _path));
        FileLock.Release(first);
        Assert.True(FileLock.TryExclusive(second, _path));
    }

    SafeFileHandle Open() => MailFiles.OpenFile(_path, MailFiles.Open.Write, 0);

    static SafeFileHandle Copy(SafeFileHandle file) => new(dup(file), ownsHandle: true);

    public void Dispose() => File.Delete(_path);

    [DllImport("libc", SetLastError = true)]
    static extern nint dup(SafeFileHandle file);
}
