using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

sealed class SimulatedFile(SimulatedDisk disk, string path, SimulatedInode inode) : ISpoolFile
{
    const int Sector = 512;
    bool _disposed;

    public long Length => disk.Ask("length", path, () => inode.Length);

    public void Allocate(long length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        disk.Do("allocate", path, () =>
        {
            disk.CheckRoom(path, length - inode.Length);
            inode.Allocate(length);
        });
    }

    public int Read(Span<byte> into, long offset)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var bytes = new byte[into.Length];
        var read = disk.Ask("read", path, () => inode.Read(bytes, offset));
        bytes.AsSpan(0, read).CopyTo(into);
        return read;
    }

    /// <summary>A write that fails has done its first half.</summary>
    public int Write(ReadOnlySpan<byte> bytes, long offset)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var now = bytes[..(disk.ShortWrites && bytes.Length > Sector ? bytes.Length / 2 : bytes.Length)].ToArray();
        disk.Do("write", path, () =>
        {
            disk.CheckRoom(path, offset + now.Length - inode.Length);
            inode.Write(now, offset);
        }, part: () => inode.Write(now.AsSpan(0, now.Length / 2), offset));
        return now.Length;
    }

    public void Sync()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        disk.DoSync("sync", path, inode.Sync, failed: inode.ForgetPending);
    }

    public void Dispose() => _disposed = true;
}
