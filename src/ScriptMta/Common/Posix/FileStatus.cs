using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

enum FileKind { Regular, Directory, SymbolicLink, Fifo, Other }

/// <summary>What statx(2) says of a name: enough to see that a file has been changed or replaced. Two equal values = the same unchanged file.</summary>
readonly record struct FileStatus(FileKind Kind, uint Mode, uint Owner, uint Group, ulong Device, ulong Inode, long Size, long ModifiedSeconds, uint ModifiedNanoseconds)
{
    // File systems stamp changes with the kernel's tick (up to 10 ms), so a second change within it can leave the same stamp.
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>The last change is long enough ago that another one would show. What was read of an unsettled file must not be kept.</summary>
    public bool IsSettled => TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(ModifiedSeconds).AddTicks(ModifiedNanoseconds / 100) > Tick;
}

/// <summary>statx(2) on byte-text names. Its structure is the same on every processor, unlike stat's.</summary>
static unsafe partial class Files
{
    const int AtCurrentDirectory = -100;
    const int AtNoFollow = 0x100;
    const int AtEmptyPath = 0x1000;
    const int ShortName = 256;
    const uint BasicStats = 0x7ff;
    const int StructureSize = 256;

    /// <summary>The reason is the system's text ("No such file or directory"); empty when it worked.</summary>
    public static FileStatus? Status(string path, out string reason, bool followLinks = true)
    {
        if (path.Contains('\0'))
        {
            reason = "the name contains a NUL";
            return null;
        }
        Span<byte> name = path.Length < ShortName ? stackalloc byte[path.Length + 1] : new byte[path.Length + 1];
        System.Text.Encoding.Latin1.GetBytes(path, name);
        name[^1] = 0;
        return Status(AtCurrentDirectory, name, followLinks ? 0 : AtNoFollow, out reason);
    }

    public static FileStatus? Status(SafeFileHandle file, out string reason) => Status((int)file.DangerousGetHandle(), [0], AtEmptyPath, out reason);

    static FileStatus? Status(int directory, ReadOnlySpan<byte> name, int flags, out string reason)
    {
        var buffer = stackalloc byte[StructureSize];
        fixed (byte* first = name)
        {
            if (statx(directory, first, flags, BasicStats, buffer) != 0)
            {
                reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
                return null;
            }
        }
        reason = "";
        return Read(new ReadOnlySpan<byte>(buffer, StructureSize));
    }

    static FileStatus Read(ReadOnlySpan<byte> data)
    {
        var mode = MemoryMarshal.Read<ushort>(data[28..]);
        var kind = (mode & 0xf000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Directory,
            0xa000 => FileKind.SymbolicLink,
            0x1000 => FileKind.Fifo,
            _ => FileKind.Other,
        };
        var device = (ulong)MemoryMarshal.Read<uint>(data[136..]) << 32 | MemoryMarshal.Read<uint>(data[140..]);
        return new(kind, mode & 0xfffu, MemoryMarshal.Read<uint>(data[20..]), MemoryMarshal.Read<uint>(data[24..]), device,
            MemoryMarshal.Read<ulong>(data[32..]), MemoryMarshal.Read<long>(data[40..]), MemoryMarshal.Read<long>(data[112..]), MemoryMarshal.Read<uint>(data[120..]));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, byte* path, int flags, uint mask, byte* result);
}
