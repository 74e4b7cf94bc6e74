using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

/// <summary>open(2) and mkdir(2) with what .NET does not offer: never through a symbolic link, never readable by others, closed in children.</summary>
static partial class FileOpening
{
    const int ReadWrite = 2, Create = 0x40, Exclusive = 0x80, CloseOnExec = 0x80000;
    const int OwnerOnly = 0x180; // 0600
    const int DirectoryOwnerOnly = 0x1C0; // 0700

    // The two flags whose values differ between the machines that .NET runs on.
    static readonly bool Arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    static readonly int NoFollow = Arm ? 0x8000 : 0x20000;
    static readonly int MustBeDirectory = Arm ? 0x4000 : 0x10000;

    /// <summary>A file that must not exist yet (O_EXCL), mode 0600.</summary>
    public static SafeFileHandle CreateNew(string path) => Open(path, ReadWrite | Create | Exclusive | NoFollow);

    public static SafeFileHandle OpenExisting(string path) => Open(path, ReadWrite | NoFollow);

    public static SafeFileHandle OpenOrCreate(string path) => Open(path, ReadWrite | Create | NoFollow);

    public static SafeFileHandle OpenDirectory(string path) => Open(path, MustBeDirectory);

    /// <summary>Makes a directory with mode 0700; false when something of that name is there already.</summary>
    public static bool CreateDirectory(string path)
    {
        if (mkdir(path, DirectoryOwnerOnly) == 0) return true;
        return Marshal.GetLastPInvokeError() == PosixError.Exists ? false : throw PosixError.Last("mkdir", path);
    }

    static SafeFileHandle Open(string path, int flags)
    {
        while (true)
        {
            var descriptor = open(path, flags | CloseOnExec, OwnerOnly);
            if (descriptor >= 0) return new SafeFileHandle(descriptor, ownsHandle: true);
            if (Marshal.GetLastPInvokeError() != PosixError.Interrupted) throw PosixError.Last("open", path);
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdir(string path, int mode);
}
