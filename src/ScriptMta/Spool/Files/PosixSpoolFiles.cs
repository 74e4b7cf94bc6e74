using System.Text;
using Microsoft.Win32.SafeHandles;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Spool;

/// <summary>The real disk.</summary>
sealed class PosixSpoolFiles : ISpoolFiles
{
    const UnixFileMode Everyone = UnixFileMode.OtherWrite;

    public void CreateDirectory(string path)
    {
        if (FileOpening.CreateDirectory(path))
        {
            FileSync.Directory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
            return;
        }
        if (!Directory.Exists(path)) throw PosixError.Of(PosixError.NotDirectory, "mkdir", path);
        if ((File.GetUnixFileMode(path) & Everyone) != 0)
            throw new SpoolException($"spool directory {path} is writable by everyone: run chmod o-w {path}", SpoolFault.InputOutput);
    }

    public IReadOnlyList<string> List(string directory) =>
        [.. Directory.EnumerateFileSystemEntries(directory).Select(static path => Path.GetFileName(path))];

    public ISpoolFile Create(string path) => new PosixSpoolFile(FileOpening.CreateNew(path), path);

    public ISpoolFile Open(string path) => new PosixSpoolFile(FileOpening.OpenExisting(path), path);

    public void Delete(string path) => File.Delete(path);

    public void Move(string from, string to) => File.Move(from, to);

    public void SyncDirectory(string path) => FileSync.Directory(path);

    public long FreeSpace(string path) => FileSpace.Free(path);

    public IDisposable Lock(string path)
    {
        var handle = FileOpening.OpenOrCreate(path);
        if (FileLock.TryExclusive(handle, path))
        {
            var pid = Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n");
            RandomAccess.SetLength(handle, 0);
            RandomAccess.Write(handle, pid, 0);
            return new Held(handle);
        }
        Span<byte> text = stackalloc byte[20];
        var length = RandomAccess.Read(handle, text, 0);
        var holder = Encoding.ASCII.GetString(text[..length]).TrimSpace();
        handle.Dispose();
        throw new SpoolException(
            $"the spool is in use by process {(holder.Length == 0 ? "(unknown)" : holder)} (lock file {path}): stop that process, or talk to it over its control socket",
            SpoolFault.Locked);
    }

    /// <summary>Given back by name: closing is not enough while a child that is just being started still has the descriptor.</summary>
    sealed class Held(SafeFileHandle file) : IDisposable
    {
        public void Dispose()
        {
            if (!file.IsClosed) FileLock.Release(file);
            file.Dispose();
        }
    }
}
