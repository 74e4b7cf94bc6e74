namespace ScriptMta.Spool;

/// <summary>
/// The file operations that the journal's promise rests on, so that tests can fail and cut the power at each. Every failure is an
/// <see cref="IOException"/> whose HResult is the POSIX error number. Called from many threads.
/// </summary>
interface ISpoolFiles
{
    /// <summary>Makes the directory (0700) when missing and its name durable; fails when it is a link, or writable by everyone.</summary>
    void CreateDirectory(string path);

    /// <summary>The names in a directory, in no order.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>A new file, 0600, never through a link. Its name is durable after <see cref="SyncDirectory"/>.</summary>
    ISpoolFile Create(string path);

    ISpoolFile Open(string path);

    void Delete(string path);

    void Move(string from, string to);

    void SyncDirectory(string path);

    long FreeSpace(string path);

    /// <summary>Holds the spool until disposed. Throws <see cref="SpoolException"/> (Locked), which names the holder's process id.</summary>
    IDisposable Lock(string path);
}

/// <summary>An open file. Reads may run beside a write. After Dispose calls throw <see cref="ObjectDisposedException"/>.</summary>
interface ISpoolFile : IDisposable
{
    long Length { get; }

    /// <summary>Grows the file to this length, zero-filled, with its disk space taken.</summary>
    void Allocate(long length);

    /// <summary>Bytes read; 0 at the end of the file.</summary>
    int Read(Span<byte> into, long offset);

    /// <summary>Bytes written, which may be fewer than given.</summary>
    int Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Returns when all that was written is on stable storage. After a failure no later success can be trusted.</summary>
    void Sync();
}
