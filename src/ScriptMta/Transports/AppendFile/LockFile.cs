using ScriptMta.Common.Posix;

namespace ScriptMta.Transports;

/// <summary>The lock file beside a mailbox, taken with a hitching post and a hard link so that it works over NFS (Exim 26.3). Dispose gives it back.</summary>
sealed class LockFile : IDisposable
{
    readonly string _path;
    readonly DeliveryIdentity _identity;

    LockFile(string path, DeliveryIdentity identity) => (_path, _identity) = (path, identity);

    /// <summary>Throws <see cref="MailboxException"/> when others keep it through all retries.</summary>
    public static async ValueTask<LockFile> TakeAsync(string mailbox, AppendFileOptions options, DeliveryIdentity identity, string host, TimeProvider clock, CancellationToken cancel)
    {
        var path = mailbox + ".lock";
        var post = $"{path}.{host}.{clock.GetUtcNow().ToUnixTimeSeconds():x8}.{Environment.ProcessId:x8}";
        for (var attempt = 1; ; attempt++)
        {
            if (identity.Run(() => TryHitch(post, path, options, identity))) return new(path, identity);
            if (attempt >= options.LockRetries) throw new MailboxException(new(MailboxProblem.LockFailed, $"failed to lock mailbox {mailbox} (lock file)"));
            if (identity.Run(() => MailFiles.Status(path)) is { } old && clock.GetUtcNow() - old.ModifiedAt > options.LockFileTimeout)
            {
                identity.Run(() => MailFiles.Remove(path));
                continue;
            }
            await Task.Delay(options.LockInterval, clock, cancel);
        }
    }

    static bool TryHitch(string post, string path, AppendFileOptions options, DeliveryIdentity identity)
    {
        try { MailFiles.OpenFile(post, MailFiles.Open.Write | MailFiles.Open.Create | MailFiles.Open.Exclusive, options.LockFileMode).Dispose(); }
        catch (IOException error)
        {
            throw new MailboxException(MailboxProblem.From(error, $"creating lock file hitching post {post} (euid={Euid(identity)} egid={Egid(identity)})"));
        }
        try { return MailFiles.TryLink(post, path) || MailFiles.Status(post)?.Links == 2; }
        finally { MailFiles.Remove(post); }
    }

    static uint Euid(DeliveryIdentity identity) => identity.MustChange ? identity.Uid : Users.geteuid();
    static uint Egid(DeliveryIdentity identity) => identity.MustChange ? identity.Gid : Users.getegid();

    public void Dispose() => _identity.Run(() => MailFiles.Remove(_path));
}
