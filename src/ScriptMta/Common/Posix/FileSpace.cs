using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

/// <summary>posix_fallocate(3) and statvfs(3): taking disk space in advance, and asking what is left.</summary>
static partial class FileSpace
{
    /// <summary>Makes the file at least this long and owns the space, so that later writes inside cannot find the disk full.</summary>
    public static void Allocate(SafeFileHandle file, long length, string path)
    {
        int error;
        do error = posix_fallocate(file, 0, length); while (error == PosixError.Interrupted);
        if (error != 0) throw PosixError.Of(error, "fallocate", path);
    }

    /// <summary>Bytes that an ordinary user may still write on the file system of <paramref name="path"/>.</summary>
    public static long Free(string path) => Query(path).AvailableBytes;

    /// <summary>Files that an ordinary user may still create there; long.MaxValue where the file system has no such limit.</summary>
    public static long FreeInodes(string path) => Query(path).AvailableFiles;

    static (long AvailableBytes, long AvailableFiles) Query(string path)
    {
        Span<ulong> answer = stackalloc ulong[32]; // struct statvfs is 112 bytes on 64-bit Linux
        if (statvfs(path, ref MemoryMarshal.GetReference(answer)) != 0) throw PosixError.Last("statvfs", path);
        // f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree, f_favail
        var noInodes = answer[5] == 0;
        return ((long)Math.Min(answer[4] * answer[1], long.MaxValue), noInodes ? long.MaxValue : (long)answer[7]);
    }

    [LibraryImport("libc")]
    private static partial int posix_fallocate(SafeFileHandle file, long offset, long length);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statvfs(string path, ref ulong answer);
}
