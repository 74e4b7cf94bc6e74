using Microsoft.Win32.SafeHandles;
using ScriptMta.Common.Posix;

namespace ScriptMta.Acl;

/// <summary>
/// &lt;spool_directory&gt;/scan/&lt;message id&gt;: where the copy of a message and its decoded parts stand for scanners, made when the first file is. Modes as Exim has them: the group may
/// read, for a scanner that runs as another user. Names are never followed through links. Failures are IOExceptions.
/// </summary>
sealed class ScanFolder(string spoolDirectory, string id)
{
    const int DirectoryMode = 0x1E8; // 0750
    const int ScanFileMode = 0x1A0; // 0640
    const int CopySize = 64 * 1024;

    string? _mbox;
    bool _made;
    int _next;

    public string Directory { get; } = Path.Combine(spoolDirectory, "scan", id);

    /// <summary>A numbered name that nothing has yet.</summary>
    public string NextName(string directory)
    {
        while (true)
        {
            var name = Path.Combine(directory, $"{id}-{_next++:D5}");
            if (MailFiles.Status(name) is null) return name;
        }
    }

    /// <summary>Writes all of the source; what was in the file before is lost. The number of bytes.</summary>
    public long Write(string file, Stream source)
    {
        Make();
        using var handle = Create(file);
        var buffer = new byte[CopySize];
        long total = 0;
        for (int count; (count = source.Read(buffer)) > 0; total += count) MailFiles.WriteAll(handle, buffer.AsSpan(0, count));
        return total;
    }

    /// <summary>The file &lt;id&gt;.eml, written from what open gives when it is not there yet.</summary>
    public string Mbox(Func<Stream> open)
    {
        if (_mbox is not null) return _mbox;
        var file = Path.Combine(Directory, id + ".eml");
        using (var source = open()) Write(file, source);
        return _mbox = file;
    }

    /// <summary>A file without a name that holds all of the source, for reading; it goes when it is closed.</summary>
    public Stream Temporary(Stream source)
    {
        var name = NextName(Directory) + ".tmp";
        Write(name, source);
        return new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.DeleteOnClose);
    }

    public void Remove()
    {
        if (!_made) return;
        try { System.IO.Directory.Delete(Directory, recursive: true); }
        catch (DirectoryNotFoundException)
        {
            // A scanner or a person was quicker.
        }
    }

    void Make()
    {
        if (_made) return;
        foreach (var directory in (ReadOnlySpan<string>)[Path.GetDirectoryName(Directory)!, Directory])
            if (MailFiles.Status(directory) is null) MailFiles.MakeDirectory(directory, DirectoryMode);
        _made = true;
    }

    static SafeFileHandle Create(string file)
    {
        var handle = MailFiles.OpenFile(file, MailFiles.Open.Write | MailFiles.Open.Create, ScanFileMode);
        MailFiles.Truncate(handle, 0);
        return handle;
    }
}
