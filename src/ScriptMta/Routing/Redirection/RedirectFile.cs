using Microsoft.Win32.SafeHandles;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Routing;

/// <summary>What reading a redirection file came to. Absent = the router declines.</summary>
abstract record RedirectFileAnswer
{
    RedirectFileAnswer() { }
    public sealed record Read(string Text) : RedirectFileAnswer;
    public sealed record Absent(string Why) : RedirectFileAnswer;
    public sealed record Refused(string Why) : RedirectFileAnswer;
}

/// <summary>
/// Reads a .forward or list file only when its owner, group and mode are what the rules ask for; they are asked of the open file, so that
/// exchanging it in between gains nothing. Never opens anything but a regular file.
/// </summary>
static class RedirectFile
{
    /// <summary>The largest file that is read: room for half a million list members; a log file named by mistake is not routed.</summary>
    const long LargestFile = 16 << 20;

    public static RedirectFileAnswer Open(string path, RedirectFileRules rules, UnixUser? localUser)
    {
        if (Files.Status(path, out var reason) is not { } named) return Missing(path, reason, rules);
        if (named.Kind != FileKind.Regular) return new RedirectFileAnswer.Refused($"{path} is not a regular file");
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Verified(path, handle, rules, localUser);
        }
        catch (UnauthorizedAccessException) { return Denied(path, rules); }
        catch (IOException error) { return new RedirectFileAnswer.Refused($"failed to open {path}: {error.Message}"); }
    }

    static RedirectFileAnswer Verified(string path, SafeFileHandle handle, RedirectFileRules rules, UnixUser? localUser)
    {
        if (Files.Status($"/proc/self/fd/{handle.DangerousGetHandle()}", out var reason) is not { } status)
            return new RedirectFileAnswer.Refused($"failed to stat {path}: {reason}");
        if (Fault(path, status, rules, localUser) is { } fault) return new RedirectFileAnswer.Refused(fault);
        var bytes = new byte[status.Size];
        var length = 0;
        while (length < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(length), length) is var count and > 0) length += count;
        return new RedirectFileAnswer.Read(Latin1.Decode(bytes.AsSpan(0, length)));
    }

    static string? Fault(string path, FileStatus status, RedirectFileRules rules, UnixUser? localUser)
    {
        const uint regular = 0x8000;
        if (status.Kind != FileKind.Regular) return $"{path} is not a regular file";
        if (status.Size > LargestFile) return $"{path} is larger than {LargestFile} bytes";
        if ((status.Mode & rules.ModeMask) != 0)
            return $"bad mode (0{Octal(status.Mode | regular)}) for {path}: 0{Octal(rules.ModeMask)} bit(s) unexpected";
        if (rules.CheckOwner && status.Owner != localUser?.Uid && !rules.Owners.Contains(status.Owner)) return $"bad owner for {path}";
        if (rules.CheckGroup && status.Group != localUser?.Gid && !rules.Groups.Contains(status.Group)) return $"bad group for {path}";
        return null;
    }

    static string Octal(uint mode) => Convert.ToString(mode, 8);

    /// <summary>A missing file means "no redirection", a missing directory a file system that is not mounted (Exim 22.10, file).</summary>
    static RedirectFileAnswer Missing(string path, string reason, RedirectFileRules rules)
    {
        if (FileFailure.IsDenied(reason)) return Denied(path, rules);
        if (FileFailure.IsNotDirectory(reason) && rules.IgnoreNotDirectory) return new RedirectFileAnswer.Absent($"{path} does not exist (part of its path is no directory)");
        if (!FileFailure.IsMissing(reason)) return new RedirectFileAnswer.Refused($"failed to open {path}: {reason}");
        var directory = path[..(path.LastIndexOf('/') + 1)] + ".";
        if (!rules.IgnoreNotDirectory && Files.Status(directory, out var why) is null) return new RedirectFileAnswer.Refused($"failed to stat {directory} ({why})");
        return new RedirectFileAnswer.Absent($"{path} does not exist");
    }

    static RedirectFileAnswer Denied(string path, RedirectFileRules rules) =>
        rules.IgnoreAccessDenied ? new RedirectFileAnswer.Absent($"{path} may not be read") : new RedirectFileAnswer.Refused($"failed to open {path}: Permission denied");
}
