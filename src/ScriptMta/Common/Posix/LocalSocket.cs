using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

/// <summary>
/// A stream to another program on this machine by bare system calls: a command that lives for some milliseconds has no time to load the socket library and start its threads.
/// Failures but that to connect are IOExceptions.
/// </summary>
static unsafe partial class LocalSocket
{
    public const int StandardInput = 0;

    const int Unix = 1, Stream = 1, CloseOnExec = 0x80000;
    const short Readable = 1;

    /// <summary>Null when nobody listens there, or not for us.</summary>
    /// <param name="path">Byte text, at most 107 bytes (unix(7)).</param>
    public static SafeFileHandle? TryConnect(string path)
    {
        var address = stackalloc byte[110];
        new Span<byte>(address, 110).Clear();
        address[0] = Unix;
        if (path.Length > 107) return null;
        System.Text.Encoding.Latin1.GetBytes(path, new Span<byte>(address + 2, 107));
        var descriptor = socket(Unix, Stream | CloseOnExec, 0);
        if (descriptor < 0) return null;
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (connect(descriptor, address, 110) == 0) return handle;
        handle.Dispose();
        return null;
    }

    /// <summary>Waits until one of two descriptors can be read or has ended; a negative one is not waited for.</summary>
    public static (bool First, bool Second) WaitForInput(int first, int second)
    {
        var wanted = stackalloc Poll[2];
        wanted[0] = new() { Descriptor = first, Events = Readable };
        wanted[1] = new() { Descriptor = second, Events = Readable };
        while (poll(wanted, 2, -1) < 0)
            if (Marshal.GetLastPInvokeError() != PosixError.Interrupted) throw PosixError.Last("poll", "");
        return (wanted[0].Happened != 0, wanted[1].Happened != 0);
    }

    /// <summary>0 at the end.</summary>
    public static int Read(int descriptor, Span<byte> into)
    {
        fixed (byte* start = into)
            while (true)
            {
                var count = read(descriptor, start, into.Length);
                if (count >= 0) return (int)count;
                if (Marshal.GetLastPInvokeError() != PosixError.Interrupted) throw PosixError.Last("read", "");
            }
    }

    public static void WriteAll(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            for (nint done = 0; done < bytes.Length;)
            {
                var count = write(descriptor, start + done, bytes.Length - done);
                if (count >= 0) done += count;
                else if (Marshal.GetLastPInvokeError() != PosixError.Interrupted) throw PosixError.Last("write", "");
            }
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Poll { public int Descriptor; public short Events, Happened; }

    [LibraryImport("libc")]
    private static partial int socket(int domain, int type, int protocol);
    [LibraryImport("libc")]
    private static partial int connect(int descriptor, byte* address, uint length);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(Poll* wanted, nuint count, int milliseconds);
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* into, nint count);
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* bytes, nint count);
}
