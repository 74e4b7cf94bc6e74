using Microsoft.Win32.SafeHandles;
using ScriptMta.Common.Posix;

namespace ScriptMta.Transports;

/// <summary>
/// Appends to one file: checks that it is what it should be, locks it, writes, syncs; on a failed write the file gets its old length back (Exim 26.3).
/// </summary>
sealed class MboxDelivery(AppendFileOptions options, DeliveryIdentity identity, string host, TimeProvider clock, string path, MailboxQuota? quota)
{
    /// <summary>Exim's limit on a file that appears and vanishes while it is being opened.</summary>
    const int MostOpens = 10;
    const int NoEntry = 2, Exists = 17, Loop = 40;

    /// <summary>True: the owner is to be warned of the quota. Throws <see cref="MailboxException"/>; the mailbox is then as it was.</summary>
    public async ValueTask<bool> DeliverAsync(Func<Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>, CancellationToken, ValueTask<long>> writeMessage, CancellationToken cancel)
    {
        if (options.CreateDirectory) identity.Run(() => MailboxDirectories.Ensure(path[..Math.Max(0, path.LastIndexOf('/'))], options, identity));
        using var lockFile = options.UseLockFile ? await LockFile.TakeAsync(path, options, identity, host, clock, cancel) : null;
        using var file = await OpenLockedAsync(cancel);
        try
        {
            if (quota is not null) identity.Run(() => quota.Check(path));
            var size = await AppendAsync(file, writeMessage, cancel);
            return quota is not null && quota.Added(size);
        }
        finally { Unlock(file); }
    }

    async ValueTask<long> AppendAsync(SafeFileHandle file, Func<Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>, CancellationToken, ValueTask<long>> writeMessage, CancellationToken cancel)
    {
        var length = MailFiles.Status(file).Size;
        try
        {
            var size = await writeMessage((piece, _) => { MailFiles.WriteAll(file, piece.Span); return default; }, cancel);
            MailFiles.Sync(file);
            return size;
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            PutBack(file, length);
            if (error is IOException failure and not MailboxException) throw new MailboxException(MailboxProblem.From(failure, $"error while writing to {path}"));
            throw;
        }
    }

    void Unlock(SafeFileHandle file)
    {
        if (options.UseFcntl) MailFiles.Unlock(file);
        if (options.UseFlock) FileLock.Release(file);
    }

    static void PutBack(SafeFileHandle file, long length)
    {
        try { MailFiles.Truncate(file, length); }
        catch (IOException) { /* a device such as /dev/full has no length to put back */ }
    }

    async ValueTask<SafeFileHandle> OpenLockedAsync(CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var file = identity.Run(Open);
            var failed = "";
            try
            {
                if (options.UseFcntl && !MailFiles.TryFcntlLock(file)) failed = "fcntl";
                else if (options.UseFlock && !FileLock.TryExclusive(file, path)) failed = "flock";
                if (failed.Length == 0) { var result = file; file = null; return result; }
            }
            finally { file?.Dispose(); }
            if (attempt >= options.LockRetries) throw new MailboxException(new(MailboxProblem.LockFailed, $"failed to lock mailbox {path} ({failed})"));
            await Task.Delay(options.LockInterval, clock, cancel);
        }
    }

    SafeFileHandle Open()
    {
        for (var attempt = 0; attempt < MostOpens; attempt++)
        {
            if (OpenOnce() is { } file) return file;
        }
        throw new MailboxException(new(Exists, $"mailbox {path} is being created and removed all the time", Freeze: true));
    }

    /// <summary>Null when the file came or went between two looks.</summary>
    SafeFileHandle? OpenOnce()
    {
        try
        {
            if (Look() is { } before)
            {
                var file = MailFiles.OpenFile(path, MailFiles.Open.Write | MailFiles.Open.Append | MailFiles.Open.NonBlocking, 0, options.AllowSymlink);
                Recheck(file, before);
                return file;
            }
            if (options.FileMustExist) throw new MailboxException(new(MailboxProblem.MustExist, $"mailbox {path} does not exist"));
            if (MailboxPath.MayCreate(options, identity, path) is { } forbidden) throw new MailboxException(forbidden);
            var made = MailFiles.OpenFile(path, MailFiles.Open.Write | MailFiles.Open.Append | MailFiles.Open.Create | MailFiles.Open.Exclusive, options.Mode);
            MailFiles.SetMode(made, options.Mode); // the umask may have taken bits
            return made;
        }
        catch (IOException error) when (error is not MailboxException)
        {
            if (error.HResult is NoEntry or Exists) return null;
            throw new MailboxException(error.HResult == Loop ? NotRegular() : MailboxProblem.From(error, $"while opening mailbox {path}"));
        }
    }

    MailFileStatus? Look()
    {
        if (MailFiles.Status(path) is not { } status) return null;
        if (status.Kind == MailFileKind.Link && options.AllowSymlink)
        {
            CheckOwner(status, " (symlink)");
            if (MailFiles.Status(path, followLink: true) is not { } real) return null;
            status = real;
        }
        else CheckOwner(status, status.Kind == MailFileKind.Link ? " (symlink)" : "");
        if (status.Kind != MailFileKind.Regular) throw new MailboxException(NotRegular());
        if ((status.Mode & options.Mode & 0x1FF) != (options.Mode & 0x1FF) && options.ModeFailNarrower)
            throw new MailboxException(new(MailboxProblem.BadMode, $"mailbox {path} has the wrong mode {Octal(status.Mode)} ({Octal(options.Mode)} expected)"));
        return status;
    }

    /// <summary>What was looked at must be what was opened; wider permissions are narrowed.</summary>
    void Recheck(SafeFileHandle file, MailFileStatus before)
    {
        var now = MailFiles.Status(file);
        var same = now.Inode == before.Inode && now.Device == before.Device && now.Kind == MailFileKind.Regular && now.Uid == before.Uid && now.Mode == before.Mode;
        if (!same)
        {
            file.Dispose();
            throw new MailboxException(new(MailboxProblem.InodeChanged, $"opened mailbox {path} inode number changed from {before.Inode} to {now.Inode}", Freeze: true));
        }
        if ((now.Mode & ~options.Mode & 0x1FF) != 0) MailFiles.SetMode(file, now.Mode & options.Mode);
    }

    void CheckOwner(MailFileStatus status, string what)
    {
        if (options.CheckOwner && status.Uid != identity.Uid)
            throw new MailboxException(new(MailboxProblem.BadUid, $"mailbox {path}{what} has wrong uid ({status.Uid} != {identity.Uid})"));
        if (options.CheckGroup && status.Gid != identity.Gid)
            throw new MailboxException(new(MailboxProblem.BadUid, $"mailbox {path}{what} has wrong gid ({status.Gid} != {identity.Gid})"));
    }

    MailboxProblem NotRegular() => new(MailboxProblem.NotRegular, $"mailbox {path} is not a regular file");
    static string Octal(int mode) => Convert.ToString(mode & 0x1FF, 8);
}
