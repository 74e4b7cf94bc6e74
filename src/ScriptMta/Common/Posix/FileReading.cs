using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

/// <summary>Reads whole regular files by byte-text names. Opening never waits: a FIFO without a writer, or a device, is opened without blocking and then refused by its kind.</summary>
static partial class FileReading
{
    // O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC: the same values on every processor that .NET runs on.
    const int ReadNow = 0x100 | 0x800 | 0x80000;

    /// <summary>Null with the system's text.</summary>
    public static SafeFileHandle? Open(string path, out string reason)
    {
        var name = new byte[path.Length + 1];
        Encoding.Latin1.GetBytes(path, name);
        while (true)
        {
            var descriptor = open(name, ReadNow);
            if (descriptor >= 0)
            {
                reason = "";
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }
            var error = Marshal.GetLastPInvokeError();
            if (error == PosixError.Interrupted) continue;
            reason = Marshal.GetPInvokeErrorMessage(error);
            return null;
        }
    }

    /// <summary>As many bytes as the status promises; null when the file ended before or goes on after them, so that it was changed meanwhile.</summary>
    public static byte[]? ReadAll(SafeFileHandle file, long size)
    {
        var bytes = GC.AllocateUninitializedArray<byte>((int)size);
        for (var at = 0; at < bytes.Length;)
        {
            var count = RandomAccess.Read(file, bytes.AsSpan(at), at);
            if (count == 0) return null;
            at += count;
        }
        Span<byte> more = stackalloc byte[1];
        return RandomAccess.Read(file, more, size) == 0 ? bytes : null;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte[] path, int flags);
}
