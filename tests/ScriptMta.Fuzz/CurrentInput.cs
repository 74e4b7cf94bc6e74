using System.IO.MemoryMappedFiles;
using ScriptMta.Common;

namespace ScriptMta.Fuzz;

/// <summary>The input that a worker is at, in a file that both processes map: it is there still when the worker died in the middle. Number, length, bytes.</summary>
sealed class CurrentInput : IDisposable
{
    public const int Longest = 1 << 20;
    const int Header = 16;

    readonly MemoryMappedFile _file;
    readonly MemoryMappedViewAccessor _view;

    public CurrentInput(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Header + Longest);
        _view = _file.CreateViewAccessor();
    }

    public long Number => _view.ReadInt64(0);

    public byte[] Bytes
    {
        get
        {
            var bytes = new byte[_view.ReadInt32(8)];
            _view.ReadArray(Header, bytes, 0, bytes.Length);
            return bytes;
        }
    }

    public void Begin(string input)
    {
        var bytes = Latin1.Encode(input);
        _view.Write(8, bytes.Length);
        _view.WriteArray(Header, bytes, 0, bytes.Length);
        _view.Write(0, Number + 1);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
