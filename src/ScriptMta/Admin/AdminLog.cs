namespace ScriptMta.Admin;

/// <summary>The log texts of this chapter.</summary>
static class AdminLog
{
    public static string AcceptFailed(string path, Exception error) => $"control socket {path}: accept failed: {error.Message}";
    public static string CallFailed(Exception error) => $"control socket: a command failed: {error}";
    public static string TooManyCalls(uint uid) => $"control socket: call of uid {uid} refused: too many at once";
    public static string CallBroken(Exception error) => $"control socket: a command was broken off: {error.Message}";
}
