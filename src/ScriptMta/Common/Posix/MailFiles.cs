using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

enum MailFileKind { Regular, Directory, Link, Fifo, Other }

/// <summary>statx(2). Mode is the permission bits.</summary>
readonly record struct MailFileStatus(MailFileKind Kind, int Mode, uint Uid, uint Gid, ulong Inode, uint Device, long Size, uint Links, DateTimeOffset ModifiedAt, DateTimeOffset AccessedAt);

/// <summary>
/// Files of mailboxes: paths are byte text (no re-encoding), modes are exact, links are never followed unless asked. Failures are IOExceptions whose
/// HResult is errno and whose message is only what was being done: the caller knows the path.
/// </summary>
static partial class MailFiles
{
    [Flags]
    public enum Open { Read = 0, Write = 1, ReadWrite = 2, Create = 0x40, Exclusive = 0x80, Append = 0x400, NonBlocking = 0x800 }

    const int CloseOnExec = 0x80000, AtCwd = -100, NoFollowStatus = 0x100, EmptyPath = 0x1000, BasicStats = 0x7ff, SetLock = 37, WriteLock = 1, NoLock = 2;
    // The flag whose value differs between the machines that .NET runs on.
    static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    public static SafeFileHandle OpenFile(string path, Open flags, int mode, bool followLink = false)
    {
        while (true)
        {
            var descriptor = open(Bytes(path), (int)flags | CloseOnExec | (followLink ? 0 : NoFollow), mode);
            if (descriptor >= 0) return new(descriptor, ownsHandle: true);
            if (Marshal.GetLastPInvokeError() != PosixError.Interrupted) throw Last("open");
        }
    }

    /// <summary>Null when nothing of that name is there.</summary>
    public static MailFileStatus? Status(string path, bool followLink = false)
    {
        if (statx(AtCwd, Bytes(path), followLink ? 0 : NoFollowStatus, BasicStats, out var status) == 0) return Of(status);
        return Marshal.GetLastPInvokeError() is PosixError.NoEntry or PosixError.NotDirectory ? null : throw Last("stat");
    }

    public static MailFileStatus Status(SafeFileHandle file)
    {
        var added = false;
        file.DangerousAddRef(ref added);
        try { return statx((int)file.DangerousGetHandle(), [0], EmptyPath, BasicStats, out var status) == 0 ? Of(status) : throw Last("stat"); }
        finally { if (added) file.DangerousRelease(); }
    }

    public static void WriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var written = write(file, in MemoryMarshal.GetReference(bytes), (nuint)bytes.Length);
            if (written >= 0) bytes = bytes[(int)written..];
            else if (Marshal.GetLastPInvokeError() != PosixError.Interrupted) throw Last("write");
        }
    }

    public static void Sync(SafeFileHandle file)
    {
        while (fsync(file) != 0)
            if (Marshal.GetLastPInvokeError() != PosixError.Interrupted) throw Last("fsync");
    }

    public static void Truncate(SafeFileHandle file, long length) => Check(ftruncate(file, length), "ftruncate");
    public static void SetMode(SafeFileHandle file, int mode) => Check(fchmod(file, mode), "fchmod");
    public static void Rename(string from, string to) => Check(rename(Bytes(from), Bytes(to)), "rename");
    public static void MakeDirectory(string path, int mode) => Check(mkdir(Bytes(path), mode), "mkdir");
    public static bool TryLink(string from, string to) => link(Bytes(from), Bytes(to)) == 0;
    /// <summary>A file that is not there is as good as removed.</summary>
    public static void Remove(string path)
    {
        if (unlink(Bytes(path)) != 0 && Marshal.GetLastPInvokeError() != PosixError.NoEntry) throw Last("unlink");
    }

    /// <summary>
    /// fcntl(2) write lock on the whole file, belonging to this open file (F_OFD_SETLK) so that two deliveries of this process exclude each other
    /// too; other programs' fcntl locks conflict with it. False when someone holds one.
    /// </summary>
    public static bool TryFcntlLock(SafeFileHandle file)
    {
        var range = new LockRange { Type = WriteLock };
        if (fcntl(file, SetLock, ref range) == 0) return true;
        return Marshal.GetLastPInvokeError() is PosixError.WouldBlock or 13 ? false : throw Last("fcntl");
    }

    /// <summary>Gives the lock back at once. Closing would not always: a child process that is just being started has the file too, until it runs its own program.</summary>
    public static void Unlock(SafeFileHandle file)
    {
        var range = new LockRange { Type = NoLock };
        Check(fcntl(file, SetLock, ref range), "fcntl");
    }

    static void Check(int result, string call)
    {
        if (result != 0) throw Last(call);
    }

    static IOException Last(string call) => new(call, Marshal.GetLastPInvokeError());

    static byte[] Bytes(string path)
    {
        if (path.Contains('\0')) throw new IOException("a NUL in a file name", PosixError.NoEntry);
        var bytes = new byte[path.Length + 1];
        System.Text.Encoding.Latin1.GetBytes(path, bytes);
        return bytes;
    }

    static MailFileStatus Of(in Statx s) => new((s.Mode & 0xF000) switch
    {
        0x8000 => MailFileKind.Regular, 0x4000 => MailFileKind.Directory, 0xA000 => MailFileKind.Link, 0x1000 => MailFileKind.Fifo, _ => MailFileKind.Other,
    }, s.Mode & 0xFFF, s.Uid, s.Gid, s.Inode, (s.DeviceMajor << 20) | s.DeviceMinor, (long)s.Size, s.Links, DateTimeOffset.FromUnixTimeSeconds(s.ModifiedSeconds), DateTimeOffset.FromUnixTimeSeconds(s.AccessedSeconds));

    /// <summary>struct statx: the same on every machine (statx(2)).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct Statx
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint Uid;
        [FieldOffset(24)] public uint Gid;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(64)] public long AccessedSeconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    /// <summary>struct flock of 64-bit Linux; zero = the whole file, from its start.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    struct LockRange
    {
        [FieldOffset(0)] public short Type;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte[] path, int flags, int mode);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, byte[] path, int flags, uint mask, out Statx status);
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, in byte bytes, nuint count);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(SafeFileHandle file, long length);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmod(SafeFileHandle file, int mode);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int rename(byte[] from, byte[] to);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdir(byte[] path, int mode);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int link(byte[] from, byte[] to);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlink(byte[] path);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle file, int command, ref LockRange range);
}
