using System.Runtime.InteropServices;

namespace ScriptMta.Common.Posix;

/// <summary>RLIMIT_NOFILE: a connection is a descriptor, and the usual limit of 1,024 is less than a busy server has connections.</summary>
static partial class DescriptorLimit
{
    const int NoFile = 7; // Linux, <asm-generic/resource.h>

    /// <summary>Raises the limit to at least this many, the hard limit as well where the system lets us (root); gives what holds then.</summary>
    public static long Raise(long wanted)
    {
        Span<ulong> limit = stackalloc ulong[2]; // rlim_cur, rlim_max
        if (getrlimit(NoFile, ref MemoryMarshal.GetReference(limit)) != 0) throw PosixError.Last("getrlimit", "RLIMIT_NOFILE");
        if (limit[0] >= (ulong)wanted) return Shown(limit[0]);
        Span<ulong> more = [(ulong)wanted, Math.Max(limit[1], (ulong)wanted)];
        if (setrlimit(NoFile, ref MemoryMarshal.GetReference(more)) == 0) return wanted;
        // An ordinary user may go as far as the hard limit.
        limit[0] = limit[1];
        return setrlimit(NoFile, ref MemoryMarshal.GetReference(limit)) == 0 ? Shown(limit[0]) : throw PosixError.Last("setrlimit", "RLIMIT_NOFILE");
    }

    static long Shown(ulong limit) => (long)Math.Min(limit, long.MaxValue);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, ref ulong limit);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, ref ulong limit);
}
