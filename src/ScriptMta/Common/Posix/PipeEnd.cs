using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

/// <summary>Our end of a pipe to a child. Nothing waits on it beyond a deadline. A write to a pipe that nobody reads is an end, not a signal: .NET ignores SIGPIPE.</summary>
sealed unsafe partial class PipeEnd(SafeFileHandle handle) : IDisposable
{
    const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    const int SetFlags = 4;
    const short Readable = 1, Writable = 4;

    /// <summary>A pipe whose ends no child inherits unasked.</summary>
    public static (SafeFileHandle Read, SafeFileHandle Write) NewPipe()
    {
        int* ends = stackalloc int[2];
        if (pipe2(ends, CloseOnExec) != 0) throw PosixError.Last("pipe2", "");
        return (new(ends[0], ownsHandle: true), new(ends[1], ownsHandle: true));
    }

    /// <summary>How many bytes came; 0 at the end; null when the time is up.</summary>
    public int? Read(Span<byte> into, Deadline deadline)
    {
        while (true)
        {
            if (!Ready(Readable, deadline)) return null;
            fixed (byte* start = into)
            {
                var count = read(handle, start, into.Length);
                if (count >= 0) return (int)count;
            }
            if (Marshal.GetLastPInvokeError() is not (PosixError.Interrupted or PosixError.WouldBlock)) return 0;
        }
    }

    /// <summary>False when the time is up or nobody reads any more.</summary>
    public bool Write(ReadOnlySpan<byte> bytes, Deadline deadline)
    {
        // A write that blocks could not be ended; set here, since only the writer's end may be so.
        if (fcntl(handle, SetFlags, NonBlocking) != 0) return false;
        while (!bytes.IsEmpty)
        {
            if (!Ready(Writable, deadline)) return false;
            fixed (byte* start = bytes)
            {
                var count = write(handle, start, bytes.Length);
                if (count >= 0) bytes = bytes[(int)count..];
                else if (Marshal.GetLastPInvokeError() is not (PosixError.Interrupted or PosixError.WouldBlock)) return false;
            }
        }
        return true;
    }

    public void Dispose() => handle.Dispose();

    /// <summary>Also when the other end is closed: the call then says so.</summary>
    bool Ready(short events, Deadline deadline)
    {
        var wanted = new Poll { Descriptor = (int)handle.DangerousGetHandle(), Events = events };
        while (true)
        {
            var count = poll(&wanted, 1, deadline.Milliseconds);
            if (count > 0) return true;
            if (count == 0 || Marshal.GetLastPInvokeError() != PosixError.Interrupted) return false;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    const string Library = "libc";
    [LibraryImport(Library, SetLastError = true)] private static partial int pipe2(int* ends, int flags);
    [LibraryImport(Library, SetLastError = true)] private static partial int poll(Poll* wanted, nuint count, int milliseconds);
    [LibraryImport(Library, SetLastError = true)] private static partial nint read(SafeFileHandle handle, byte* into, nint length);
    [LibraryImport(Library, SetLastError = true)] private static partial nint write(SafeFileHandle handle, byte* from, nint length);
    [LibraryImport(Library, SetLastError = true)] private static partial int fcntl(SafeFileHandle handle, int command, int argument);
}
