using ScriptMta.Common.Posix;

namespace ScriptMta.Transports;

/// <summary>Makes the missing directories above a mailbox.</summary>
static class MailboxDirectories
{
    const int NoEntry = 2, Exists = 17;

    /// <summary>Throws <see cref="MailboxException"/>.</summary>
    public static void Ensure(string directory, AppendFileOptions options, DeliveryIdentity identity)
    {
        if (directory.Length == 0 || MailFiles.Status(directory, followLink: true) is { } found && IsDirectory(found, directory)) return;
        if (!options.CreateDirectory) throw new MailboxException(new(NoEntry, $"directory {directory} does not exist, and create_directory is false"));
        if (MailboxPath.MayCreate(options, identity, directory) is { } forbidden) throw new MailboxException(forbidden);
        var missing = new Stack<string>();
        for (var at = directory; at.Length > 0 && MailFiles.Status(at, followLink: true) is null; at = at[..Math.Max(0, at.LastIndexOf('/'))]) missing.Push(at);
        foreach (var path in missing)
        {
            try { MailFiles.MakeDirectory(path, options.DirectoryMode); }
            catch (IOException error) when (error.HResult == Exists) { /* another delivery was faster */ }
            catch (IOException error) { throw new MailboxException(MailboxProblem.From(error, $"cannot create directory {path}")); }
        }
    }

    static bool IsDirectory(MailFileStatus status, string path) =>
        status.Kind == MailFileKind.Directory ? true : throw new MailboxException(new(MailboxProblem.NotDirectory, $"{path} is not a directory"));
}
