using ScriptMta.Spool;

namespace ScriptMta.Tests.Queue;

/// <summary>The real disk, until <see cref="Fails"/> makes every write and sync fail with this error number.</summary>
sealed class FaultyDisk : ISpoolFiles
{
    readonly PosixSpoolFiles _disk = new();
    volatile int _fails;

    public int Fails { get => _fails; set => _fails = value; }

    public void CreateDirectory(string path) => _disk.CreateDirectory(path);
    public IReadOnlyList<string> List(string directory) => _disk.List(directory);
    public ISpoolFile Create(string path) => new FaultyFile(this, _disk.Create(path));
    public ISpoolFile Open(string path) => new FaultyFile(this, _disk.Open(path));
    public void Delete(string path) => _disk.Delete(path);
    public void Move(string from, string to) => _disk.Move(from, to);
    public void SyncDirectory(string path) => _disk.SyncDirectory(path);
    public long FreeSpace(string path) => _disk.FreeSpace(path);
    public IDisposable Lock(string path) => _disk.Lock(path);

    void Check()
    {
        if (_fails is var error and not 0) throw new IOException("the disk fails (a test)", error);
    }

    sealed class FaultyFile(FaultyDisk disk, ISpoolFile file) : ISpoolFile
    {
        public long Length => file.Length;
        public void Allocate(long length) => file.Allocate(length);
        public int Read(Span<byte> into, long offset) => file.Read(into, offset);

        public int Write(ReadOnlySpan<byte> bytes, long offset)
        {
            disk.Check();
            return file.Write(bytes, offset);
        }

        public void Sync()
        {
            disk.Check();
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }
}
