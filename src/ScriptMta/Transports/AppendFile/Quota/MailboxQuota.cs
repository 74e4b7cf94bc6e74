using ScriptMta.Common.Posix;
using ScriptMta.Expansion;

namespace ScriptMta.Transports;

/// <summary>One delivery against the limits of its mailbox. Everything that looks at files is called as the user.</summary>
sealed class MailboxQuota(QuotaOptions options, QuotaLimit limit, string transport, ExpansionContext context, MaildirSizeFile? sizeFile, Func<MailboxUsage> usage, Func<TimeSpan> unread)
{
    MailboxUsage _before;

    /// <summary>Null where nothing is limited. Throws <see cref="MailboxException"/>.</summary>
    public static MailboxQuota? ForFile(QuotaOptions options, string transport, ExpansionContext context, string path)
    {
        if (options.Size is null && options.WarnThreshold is null) return null;
        var limit = QuotaLimit.Of(options, transport, context) with { Files = 0 };
        return new(options, limit, transport, context, null, () => new(MailFiles.Status(path, followLink: true)?.Size ?? 0, 0), () => SinceRead(path, context));
    }

    public static MailboxQuota? ForDirectory(QuotaOptions options, string transport, ExpansionContext context, string directory, bool isMaildir)
    {
        if (!options.IsSet) return null;
        var limit = QuotaLimit.Of(options, transport, context);
        var root = Root(options, transport, context, directory, isMaildir);
        var count = new MailboxCount(options.SizeInName);
        if (isMaildir && options.UsesSizeFile)
        {
            // A folder that does not count is not limited either.
            if (directory.Length > root.Length && !options.CountedDirectories.Match(directory[(root.Length + 1)..]).IsYes) return null;
            var file = new MaildirSizeFile(root, limit, () => count.OfMaildir(root, options.CountedDirectories), context.Environment.Clock);
            return new(options, limit, transport, context, file, file.Read, () => SinceRead(directory + "/new", context));
        }
        return new(options, limit, transport, context, null, () => count.OfTree(root), () => SinceRead(isMaildir ? directory + "/new" : directory, context));
    }

    /// <summary>quota_directory; else the maildir that a folder of Maildir++ belongs to; else where the message goes.</summary>
    static string Root(QuotaOptions options, string transport, ExpansionContext context, string directory, bool isMaildir)
    {
        if (options.Directory is { } template)
        {
            var expanded = template.Expand(context);
            if (!expanded.IsOk) throw new MailboxException(new(MailboxProblem.Taint, $"Expansion of \"{template.Source}\" (quota_directory for {transport} transport) failed: {expanded.Error}"));
            if (Sinks.FileName(expanded.Value, $"quota_directory for {transport} transport", template) is { } taint) throw new MailboxException(new(MailboxProblem.Taint, taint));
            return expanded.Text.TrimEnd('/');
        }
        return isMaildir && MailFiles.Status(directory + "/maildirfolder") is not null ? directory[..Math.Max(1, directory.LastIndexOf('/'))] : directory;
    }

    static TimeSpan SinceRead(string path, ExpansionContext context) =>
        MailFiles.Status(path, followLink: true) is { } status && context.Environment.Clock.GetUtcNow() - Last(status) is { Ticks: > 0 } time ? time : TimeSpan.Zero;

    static DateTimeOffset Last(MailFileStatus status) => status.Kind == MailFileKind.Directory ? status.ModifiedAt : status.AccessedAt;

    /// <summary>Throws <see cref="MailboxException"/> when the message may not be written.</summary>
    /// <param name="file">What is to be written, for the log.</param>
    public void Check(string file)
    {
        _before = Told(usage);
        Compare(_before, context.Message.Size, file);
    }

    /// <summary>The same for a message that is not here yet; nothing is written.</summary>
    public void Look(string file, long messageSize)
    {
        Compare(Told(sizeFile is null ? usage : sizeFile.Look), messageSize, file);
    }

    /// <summary>mailbox_size and mailbox_filecount before what can be counted.</summary>
    MailboxUsage Told(Func<MailboxUsage> count)
    {
        var size = QuotaLimit.Told(options.MailboxSize, "mailbox_size", transport, context);
        var files = QuotaLimit.Told(options.MailboxFileCount, "mailbox_filecount", transport, context);
        var found = size is not null && (files is not null || limit.Files == 0) && sizeFile is null ? default : count();
        return new(size ?? found.Size, files ?? found.Files);
    }

    void Compare(MailboxUsage before, long messageSize, string file)
    {
        var (bytes, one) = options.IsInclusive ? (messageSize, 1) : (0, 0);
        if (limit.Size > 0 && !limit.OnlyCountsSize && before.Size + bytes > limit.Size) throw Full("", file);
        if (limit.Files > 0 && !limit.OnlyCountsFiles && before.Files + one > limit.Files) throw Full("filecount ", file);
    }

    MailboxException Full(string what, string file) => new(new(MailboxProblem.MtaQuota, $"mailbox is full (MTA-imposed {what}quota exceeded while writing to {file})") { Unread = unread() });

    /// <summary>A file that does not say what has come is counted anew one day; the delivery has been made.</summary>
    void Record(long size)
    {
        try { sizeFile?.Add(size); }
        catch (IOException error) { context.Environment.Log.Panic(context.Message.Id, $"maildirsize not written in {transport} transport: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error.HResult)}"); }
    }

    /// <summary>The message stands in the mailbox. True: its owner is to be warned.</summary>
    public bool Added(long size)
    {
        Record(size);
        return limit.WarnAt > 0 && _before.Size <= limit.WarnAt && _before.Size + size > limit.WarnAt;
    }
}
