using ScriptMta.Common.Posix;

namespace ScriptMta.Transports;

/// <summary>The lock file beside a mailbox, taken with a hitching post and a hard link so that it works over NFS (Exim 26.3). Dispose gives it back.</summary>
sealed class LockFile : IDisposable
{
    readonly string _path;

    LockFile(string path) => _path = path;

    /// <summary>Throws <see cref="MailboxException"/> when others keep it through all retries.</summary>
    public static async ValueTask<LockFile> TakeAsync(string mailbox, AppendFileOptions options, string host, TimeProvider clock, CancellationToken cancel)
    {
        var path = mailbox + ".lock";
        var post = $"{path}.{host}.{clock.GetUtcNow().ToUnixTimeSeconds():x8}.{Environment.ProcessId:x8}";
        for (var attempt = 1; ; attempt++)
        {
            if (TryHitch(post, path, options)) return new(path);
            if (attempt >= options.LockRetries) throw new MailboxException(new(MailboxProblem.LockFailed, $"failed to lock mailbox {mailbox} (lock file)"));
            if (MailFiles.Status(path) is { } old && clock.GetUtcNow() - old.ModifiedAt > options.LockFileTimeout) { MailFiles.Remove(path); continue; }
            await Task.Delay(options.LockInterval, clock, cancel);
        }
    }

    static bool TryHitch(string post, string path, AppendFileOptions options)
    {
        try { MailFiles.OpenFile(post, MailFiles.Open.Write | MailFiles.Open.Create | MailFiles.Open.Exclusive, options.LockFileMode).Dispose(); }
        catch (IOException error)
        {
            throw new MailboxException(MailboxProblem.From(error, $"creating lock file hitching post {post} (euid={Users.geteuid()} egid={Users.getegid()})"));
        }
        try { return MailFiles.TryLink(post, path) || MailFiles.Status(post)?.Links == 2; }
        finally { MailFiles.Remove(post); }
    }

    public void Dispose() => MailFiles.Remove(_path);
}
