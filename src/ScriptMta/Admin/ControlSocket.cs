namespace ScriptMta.Admin;

/// <summary>Where the owner of a spool listens for commands, and the bounds of what it reads there.</summary>
static class ControlSocket
{
    public static string PathIn(string spoolDirectory) => Path.Combine(spoolDirectory, "control");

    /// <summary>sockaddr_un holds 108 bytes with the final NUL (unix(7)).</summary>
    public const int LongestPath = 107;

    /// <summary>A request line holds the command's arguments: room for the longest argument list that Linux passes by default (128 KiB a string, 2 MiB in all).</summary>
    public const int LongestRequest = 2 * 1024 * 1024;

    /// <summary>A client sends its request at once; one that does not is stuck.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
}
