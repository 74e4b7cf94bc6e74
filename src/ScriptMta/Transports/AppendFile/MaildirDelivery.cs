using Microsoft.Win32.SafeHandles;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;

namespace ScriptMta.Transports;

/// <summary>
/// A message as a file of its own: maildir (tmp, fsync, rename into new; Exim 26.5) or a plain directory (26.9). The file is on stable storage before its
/// name appears where readers look.
/// </summary>
sealed class MaildirDelivery(AppendFileOptions options, TransportOptions generic, DeliveryIdentity identity, ExpansionContext context, string directory, MailboxQuota? quota)
{
    const int NoEntry = 2, Exists = 17;

    static long s_lastMicrosecond;

    /// <summary>True: the owner is to be warned of the quota. Throws <see cref="MailboxException"/>; the temporary file is then gone.</summary>
    public async ValueTask<bool> DeliverAsync(Func<Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>, CancellationToken, ValueTask<long>> writeMessage, CancellationToken cancel)
    {
        if (quota is not null) identity.Run(CheckQuota);
        var (file, temporary, name) = identity.Run(Create);
        var placed = false;
        try
        {
            long size;
            using (file)
            {
                size = await writeMessage((piece, _) => { MailFiles.WriteAll(file, piece.Span); return default; }, cancel);
                if ((options.Mode & ~0x180) != 0) MailFiles.SetMode(file, options.Mode); // the umask may have taken bits
                MailFiles.Sync(file);
            }
            var final = options.MaildirFormat ? $"{directory}/new/{name}{Tag(size)}" : $"{directory}/{FinalName(name)}";
            identity.Run(() => Place(temporary, final));
            placed = true;
            return quota is not null && identity.Run(() => quota.Added(size));
        }
        catch (IOException error) when (error is not MailboxException) { throw new MailboxException(MailboxProblem.From(error, $"while writing to {temporary} ({error.Message})")); }
        finally
        {
            file.Dispose();
            if (!placed) identity.Run(() => MailFiles.Remove(temporary));
        }
    }

    /// <summary>Another delivery, the first to this mailbox, may have made "tmp" and not yet come to "new".</summary>
    void Place(string temporary, string final)
    {
        try { MailFiles.Rename(temporary, final); }
        catch (IOException error) when (error.HResult == NoEntry)
        {
            MakeDirectories();
            MailFiles.Rename(temporary, final);
        }
    }

    /// <summary>Before there is a file that would count.</summary>
    void CheckQuota()
    {
        MakeDirectories();
        var path = Temporary(UniqueName());
        quota!.Check(options.MaildirFormat ? path[(directory.Length + 1)..] : path);
    }

    string Temporary(string name) => options.MaildirFormat ? $"{directory}/tmp/{name}" : $"{directory}/temp.{Environment.ProcessId}.{name}";

    (SafeFileHandle File, string Path, string Name) Create()
    {
        for (var attempt = 0; ; attempt++)
        {
            var name = UniqueName();
            var path = Temporary(name);
            try { return (MailFiles.OpenFile(path, MailFiles.Open.Write | MailFiles.Open.Create | MailFiles.Open.Exclusive, options.Mode), path, name); }
            catch (IOException error) when (error.HResult == NoEntry && attempt == 0) { MakeDirectories(); }
            catch (IOException error) when (error.HResult == Exists && attempt < options.MaildirRetries) { }
            catch (IOException error) { throw new MailboxException(MailboxProblem.From(error, $"while creating file {path}")); }
        }
    }

    void MakeDirectories()
    {
        if (!options.MaildirFormat) { MailboxDirectories.Ensure(directory, options, identity); return; }
        MailboxDirectories.Ensure(directory, options, identity);
        foreach (var part in Parts)
            MailboxDirectories.Ensure($"{directory}/{part}", options with { CreateFile = CreateFile.Anywhere }, identity);
        if (options.Quota.FolderDirectories?.Match(directory).IsYes == true) MakeFolderMark();
    }

    /// <summary>maildirfolder_create_regex: this maildir is a folder of the one above it.</summary>
    void MakeFolderMark()
    {
        try { MailFiles.OpenFile($"{directory}/maildirfolder", MailFiles.Open.Write | MailFiles.Open.Create, options.Mode).Dispose(); }
        catch (IOException error) { throw new MailboxException(MailboxProblem.From(error, $"while creating file {directory}/maildirfolder")); }
    }

    static readonly string[] Parts = ["tmp", "new", "cur"];

    /// <summary>time.MxxxxxxPpid.host: the microsecond never repeats in this process, and the process id is in the name.</summary>
    string UniqueName()
    {
        var now = context.Environment.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000 + context.Environment.Clock.GetUtcNow().Ticks / 10 % 1000;
        long last, next;
        do
        {
            last = Interlocked.Read(ref s_lastMicrosecond);
            next = Math.Max(now, last + 1);
        }
        while (Interlocked.CompareExchange(ref s_lastMicrosecond, next, last) != last);
        return $"{next / 1_000_000}.M{next % 1_000_000}P{Environment.ProcessId}.{context.Environment.PrimaryHostname}";
    }

    /// <summary>maildir_tag with $message_size as written; non-printing characters are dropped and a letter or digit in front gets a colon (Exim 26.6).</summary>
    string Tag(long size)
    {
        if (options.MaildirTag is not { } template) return "";
        var before = context.Message.Size;
        context.Message.Size = size;
        var expanded = template.Expand(context);
        context.Message.Size = before;
        if (expanded.Kind == ExpandedKind.ForcedFail) return "";
        if (!expanded.IsOk) throw new MailboxException(new(-1, $"Expansion of \"{template.Source}\" (maildir_tag for {generic.Name} transport) failed: {expanded.Error}"));
        var tag = string.Concat(expanded.Text.Where(c => c is > ' ' and < '\x7f' and not '/'));
        return tag.Length > 0 && char.IsAsciiLetterOrDigit(tag[0]) ? ":" + tag : tag;
    }

    string FinalName(string unique)
    {
        if (options.DirectoryFile is not { } template) return "q" + unique;
        var expanded = template.Expand(context);
        if (!expanded.IsOk) throw new MailboxException(new(-1, $"Expansion of \"{template.Source}\" (directory_file for {generic.Name} transport) failed: {expanded.Error}"));
        if (expanded.Text.Contains('/') || Sinks.FileName(expanded.Value, $"directory_file for {generic.Name} transport", template) is not null)
            throw new MailboxException(new(-1, $"Tainted '{expanded.Text}' (directory_file for {generic.Name} transport) not permitted"));
        return expanded.Text;
    }
}
