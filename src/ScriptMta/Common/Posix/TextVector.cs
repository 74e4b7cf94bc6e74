using System.Runtime.InteropServices;

namespace ScriptMta.Common.Posix;

/// <summary>Byte texts as C has them in argv and environ: each ends with NUL, the vector with a null pointer.</summary>
sealed unsafe class TextVector : IDisposable
{
    public TextVector(IEnumerable<string> texts)
    {
        var all = texts.ToArray();
        Pointers = (byte**)NativeMemory.AllocZeroed((nuint)all.Length + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < all.Length; i++) Pointers[i] = Copy(all[i]);
    }

    public byte** Pointers { get; }
    public byte* First => Pointers[0];

    public void Dispose()
    {
        for (var each = Pointers; *each is not null; each++) NativeMemory.Free(*each);
        NativeMemory.Free(Pointers);
    }

    /// <summary>In memory of malloc(3), with its NUL.</summary>
    public static byte* Copy(string text)
    {
        var copy = (byte*)NativeMemory.Alloc((nuint)text.Length + 1);
        for (var i = 0; i < text.Length; i++) copy[i] = (byte)text[i];
        copy[text.Length] = 0;
        return copy;
    }
}
