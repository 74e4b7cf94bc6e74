using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

/// <summary>flock(2): a lock that the kernel gives back when its holder dies, however it dies.</summary>
static partial class FileLock
{
    const int Exclusive = 2, NonBlocking = 4, Unlock = 8;

    /// <summary>False when another process (or another open of this one) holds it.</summary>
    public static bool TryExclusive(SafeFileHandle file, string path)
    {
        while (flock(file, Exclusive | NonBlocking) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == PosixError.WouldBlock) return false;
            if (error != PosixError.Interrupted) throw PosixError.Of(error, "flock", path);
        }
        return true;
    }

    /// <summary>For every holder of this open file, children between fork and exec included. It cannot fail for a file that is open.</summary>
    public static void Release(SafeFileHandle file) => _ = flock(file, Unlock);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);
}
