using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

/// <summary>fdatasync(2) and fsync(2). After a failure the kernel may have dropped the data: a second call that succeeds proves nothing.</summary>
static partial class FileSync
{
    /// <summary>Data and the length needed to read it.</summary>
    public static void Data(SafeFileHandle file, string path)
    {
        while (fdatasync(file) != 0)
            if (Marshal.GetLastPInvokeError() != PosixError.Interrupted) throw PosixError.Last("fdatasync", path);
    }

    /// <summary>The names in a directory: a new file survives a power cut only after this.</summary>
    public static void Directory(string path)
    {
        using var directory = FileOpening.OpenDirectory(path);
        while (fsync(directory) != 0)
            if (Marshal.GetLastPInvokeError() != PosixError.Interrupted) throw PosixError.Last("fsync", path);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);
}
