using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

/// <summary>posix_spawn(3) and what goes with it. It neither looks in PATH nor takes long in a large process, and no shell reads a file that is no program.</summary>
static unsafe partial class Spawning
{
    public const int KillSignal = 9;

    const short SetProcessGroup = 0x02, SetSignalDefaults = 0x04, SetSignalMask = 0x08;
    // Larger than any C library's posix_spawnattr_t (336), posix_spawn_file_actions_t (80) and sigset_t (128).
    const int OpaqueSize = 1024;
    const int DoNotBlock = 1;
    const int NoChild = 10;

    /// <summary>0, or the error number.</summary>
    public static int Spawn(ChildCommand command, SafeHandle input, SafeHandle output, out int id)
    {
        byte* attributes = stackalloc byte[OpaqueSize], actions = stackalloc byte[OpaqueSize];
        Must(posix_spawnattr_init(attributes));
        Must(posix_spawn_file_actions_init(actions));
        try
        {
            Describe(attributes);
            Connect(actions, command, (int)input.DangerousGetHandle(), (int)output.DangerousGetHandle());
            using var words = new TextVector(command.Words);
            using var environment = new TextVector(command.Environment.Select(pair => $"{pair.Key}={pair.Value}"));
            return posix_spawn(out id, words.First, actions, attributes, words.Pointers, environment.Pointers);
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>The status of a child that has ended: its exit code, or minus its signal. A child that somebody else has seen ending counts as killed.</summary>
    public static int? Ended(int id, bool block)
    {
        while (true)
        {
            var seen = waitpid(id, out var status, block ? 0 : DoNotBlock);
            if (seen == id) return (status & 0x7f) is 0 ? (status >> 8) & 0xff : -(status & 0x7f);
            if (seen == 0) return null;
            if (Marshal.GetLastPInvokeError() == NoChild) return -KillSignal;
        }
    }

    public static void KillGroup(int id) => _ = kill(-id, KillSignal);

    static void Describe(byte* attributes)
    {
        byte* all = stackalloc byte[OpaqueSize], none = stackalloc byte[OpaqueSize];
        _ = sigfillset(all);
        _ = sigemptyset(none);
        Must(posix_spawnattr_setflags(attributes, SetProcessGroup | SetSignalDefaults | SetSignalMask));
        Must(posix_spawnattr_setpgroup(attributes, 0));
        Must(posix_spawnattr_setsigdefault(attributes, all));
        Must(posix_spawnattr_setsigmask(attributes, none));
    }

    static void Connect(byte* actions, ChildCommand command, int input, int output)
    {
        Must(posix_spawn_file_actions_adddup2(actions, input, 0));
        Must(posix_spawn_file_actions_adddup2(actions, output, 1));
        if (command.JoinsErrors) Must(posix_spawn_file_actions_adddup2(actions, output, 2));
        if (command.Directory is not { } directory) return;
        using var path = new TextVector([directory]);
        Must(posix_spawn_file_actions_addchdir_np(actions, path.First));
    }

    /// <summary>These fail only for want of memory.</summary>
    static void Must(int error)
    {
        if (error != 0) throw PosixError.Of(error, "posix_spawn", "");
    }

    const string Library = "libc";
    [LibraryImport(Library)] private static partial int posix_spawn(out int id, byte* path, byte* actions, byte* attributes, byte** words, byte** environment);
    [LibraryImport(Library)] private static partial int posix_spawnattr_init(byte* attributes);
    [LibraryImport(Library)] private static partial int posix_spawnattr_destroy(byte* attributes);
    [LibraryImport(Library)] private static partial int posix_spawnattr_setflags(byte* attributes, short flags);
    [LibraryImport(Library)] private static partial int posix_spawnattr_setpgroup(byte* attributes, int group);
    [LibraryImport(Library)] private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);
    [LibraryImport(Library)] private static partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);
    [LibraryImport(Library)] private static partial int posix_spawn_file_actions_init(byte* actions);
    [LibraryImport(Library)] private static partial int posix_spawn_file_actions_destroy(byte* actions);
    [LibraryImport(Library)] private static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);
    [LibraryImport(Library)] private static partial int posix_spawn_file_actions_addchdir_np(byte* actions, byte* path);
    [LibraryImport(Library)] private static partial int sigfillset(byte* signals);
    [LibraryImport(Library)] private static partial int sigemptyset(byte* signals);
    [LibraryImport(Library, SetLastError = true)] private static partial int waitpid(int id, out int status, int options);
    [LibraryImport(Library, SetLastError = true)] private static partial int kill(int id, int signal);
}
