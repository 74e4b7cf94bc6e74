using System.Runtime.InteropServices;

namespace ScriptMta.Common.Posix;

/// <summary>Error numbers of Linux, and failed calls as exceptions whose HResult is the number, as .NET's own file calls do it.</summary>
static class PosixError
{
    public const int NoEntry = 2, Interrupted = 4, InputOutput = 5, WouldBlock = 11, AccessDenied = 13, Exists = 17, NotDirectory = 20, NoSpace = 28, Loop = 40, QuotaExceeded = 122;

    /// <summary>For the call that has just failed on this thread.</summary>
    public static IOException Last(string call, string path) => Of(Marshal.GetLastPInvokeError(), call, path);

    public static IOException Of(int error, string call, string path) =>
        new($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
}
