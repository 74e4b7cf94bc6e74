using System.Runtime.InteropServices;

namespace ScriptMta.Common.Posix;

/// <summary>
/// Lets a process that runs as root touch files as another user, on the calling thread only (setfsuid(2), and the raw setgroups and setfsgid calls, which
/// Linux keeps per thread). The work must be synchronous. Every change is checked and its undoing is checked; a thread that cannot get back
/// its identity ends the process, since nothing it does afterwards could be trusted.
/// </summary>
static partial class FileIdentity
{
    /// <summary>Runs the work with the file permissions of uid and gid and no supplementary groups. Needs root unless both are ours already.</summary>
    public static T RunAs<T>(uint uid, uint gid, Func<T> work)
    {
        if (uid == Users.geteuid() && gid == Users.getegid()) return work();
        if (Users.geteuid() != 0) throw new UnauthorizedAccessException($"only root can deliver as uid {uid} gid {gid}; this process runs as uid {Users.geteuid()}");
        var groups = CurrentGroups();
        try
        {
            Become(uid, gid, []);
            return work();
        }
        finally
        {
            try { Become(0, Users.getegid(), groups); }
            catch (UnauthorizedAccessException error) { Environment.FailFast($"cannot return to root after a delivery: {error.Message}"); }
        }
    }

    static void Become(uint uid, uint gid, ReadOnlySpan<uint> groups)
    {
        // Back to root first: only root may change groups.
        if (uid == 0) SetFsUid(0);
        if (SetGroups(groups) != 0) throw new UnauthorizedAccessException($"setgroups: {Marshal.GetLastPInvokeErrorMessage()}");
        SetFsGid(gid);
        if (uid != 0) SetFsUid(uid);
    }

    /// <summary>setfsuid tells nothing of failure; asking with an impossible id shows what is in force.</summary>
    static void SetFsUid(uint uid)
    {
        _ = setfsuid(uid);
        if ((uint)setfsuid(uint.MaxValue) != uid) throw new UnauthorizedAccessException($"setfsuid({uid}) had no effect");
    }

    static void SetFsGid(uint gid)
    {
        _ = setfsgid(gid);
        if ((uint)setfsgid(uint.MaxValue) != gid) throw new UnauthorizedAccessException($"setfsgid({gid}) had no effect");
    }

    static uint[] CurrentGroups()
    {
        var groups = new uint[64];
        var count = getgroups(groups.Length, groups);
        if (count < 0) throw new UnauthorizedAccessException($"getgroups: {Marshal.GetLastPInvokeErrorMessage()}");
        return groups[..count];
    }

    /// <summary>The raw system call changes this thread only; the C library's function would change all. 116 on x86-64, 159 on arm64.</summary>
    static long SetGroups(ReadOnlySpan<uint> groups) =>
        syscall(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 159 : 116, groups.Length, ref MemoryMarshal.GetReference(groups));

    [LibraryImport("libc")] private static partial int setfsuid(uint uid);
    [LibraryImport("libc")] private static partial int setfsgid(uint gid);
    [LibraryImport("libc", SetLastError = true)] private static partial int getgroups(int size, [Out] uint[] list);
    [LibraryImport("libc", SetLastError = true)] private static partial long syscall(long number, long size, ref uint list);
}
