using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>The directory of large bodies: one file per message, named by its id.</summary>
sealed class BodyFiles(ISpoolFiles files, string directory, long reserveSpace)
{
    readonly Queue<MessageId> _dead = new();

    public void CreateDirectory() => files.CreateDirectory(directory);

    /// <summary>Throws DiskFull when less than the reserve would be left.</summary>
    public void CheckSpace()
    {
        if (files.FreeSpace(directory) < reserveSpace)
            throw new SpoolException($"less than {reserveSpace} bytes are free below {directory}: free space there; mail is taken again by itself", SpoolFault.DiskFull);
    }

    public ISpoolFile Create(MessageId id) => files.Create(PathOf(id));

    public ISpoolFile Open(MessageId id) => files.Open(PathOf(id));

    public void Delete(MessageId id) => files.Delete(PathOf(id));

    public void SyncNames() => files.SyncDirectory(directory);

    public IEnumerable<MessageId> Existing()
    {
        foreach (var name in files.List(directory))
            if (MessageId.TryParse(name, out var id)) yield return id;
    }

    /// <summary>The message's completion is durable: the file goes when the writer has time. Writer only.</summary>
    public void MarkDead(MessageId id) => _dead.Enqueue(id);

    /// <summary>Deletes one; false when there is none. A power cut may bring the file back: recovery deletes what no message names.</summary>
    public bool DeleteOneDead()
    {
        if (!_dead.TryDequeue(out var id)) return false;
        Delete(id);
        return true;
    }

    public string PathOf(MessageId id) => Path.Combine(directory, id.Text);
}
