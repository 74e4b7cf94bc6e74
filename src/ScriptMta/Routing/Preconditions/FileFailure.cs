using System.Runtime.InteropServices;

namespace ScriptMta.Routing;

/// <summary>What the system's reason for a failed file call means to a router.</summary>
static class FileFailure
{
    static readonly string NoEntry = Marshal.GetPInvokeErrorMessage(2);
    static readonly string NotDirectory = Marshal.GetPInvokeErrorMessage(20);
    static readonly string Denied = Marshal.GetPInvokeErrorMessage(13);

    public static bool IsMissing(string reason) => reason == NoEntry;
    public static bool IsNotDirectory(string reason) => reason == NotDirectory;
    public static bool IsAbsent(string reason) => IsMissing(reason) || IsNotDirectory(reason);
    public static bool IsDenied(string reason) => reason == Denied;
}
