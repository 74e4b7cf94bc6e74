using System.Runtime.InteropServices;

namespace ScriptMta.Common.Posix;

/// <summary>What makes a process a daemon: a session of its own and no terminal.</summary>
static partial class Session
{
    /// <summary>setsid, then standard input, output and error become /dev/null, so that whoever read them sees their end.</summary>
    public static void DetachFromTerminal()
    {
        // Fails only for a process group leader (started from an interactive shell with a job of its own), which then just keeps its session.
        _ = setsid();
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var descriptor = (int)nothing.DangerousGetHandle();
        for (var standard = 0; standard <= 2; standard++)
            if (dup2(descriptor, standard) < 0) throw new IOException($"dup2: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int from, int to);
}
