using Microsoft.Win32.SafeHandles;
using ScriptMta.Common.Posix;

namespace ScriptMta.Spool;

sealed class PosixSpoolFile(SafeFileHandle handle, string path) : ISpoolFile
{
    public long Length => RandomAccess.GetLength(handle);

    public void Allocate(long length) => FileSpace.Allocate(handle, length, path);

    public int Read(Span<byte> into, long offset) => RandomAccess.Read(handle, into, offset);

    public int Write(ReadOnlySpan<byte> bytes, long offset)
    {
        RandomAccess.Write(handle, bytes, offset);
        return bytes.Length;
    }

    public void Sync() => FileSync.Data(handle, path);

    public void Dispose() => handle.Dispose();
}
