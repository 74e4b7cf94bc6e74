using System.Runtime.InteropServices;
using System.Text;

namespace ScriptMta.Common.Posix;

/// <summary>crypt_r(3): the methods of the system's libcrypt ($1$, $5$, $6$, $y$, $2b$, DES).</summary>
static unsafe partial class PasswordHash
{
    // struct crypt_data of libxcrypt is 32768 bytes; glibc's older one 131232. The larger is safe for both.
    const int WorkSpace = 131232;

    /// <summary>The password hashed with the salt and method of <paramref name="setting"/>; null when it is malformed, its method unknown, or there is no libcrypt.</summary>
    public static string? Crypt(string password, string setting)
    {
        if (password.Contains('\0') || setting.Contains('\0') || !NativeLibrary.TryLoad(Library, out _)) return null;
        var space = NativeMemory.AllocZeroed(WorkSpace);
        try
        {
            fixed (byte* phrase = Terminated(password), salt = Terminated(setting))
            {
                var result = crypt_r(phrase, salt, space);
                if (result is null) return null;
                var text = Marshal.PtrToStringUTF8((nint)result) ?? "";
                return text.StartsWith('*') ? null : text; // "*0" and "*1" are how libxcrypt says "invalid setting"
            }
        }
        finally
        {
            NativeMemory.Clear(space, WorkSpace);
            NativeMemory.Free(space);
        }
    }

    const string Library = "libcrypt.so.1";

    static byte[] Terminated(string text) => [.. Encoding.Latin1.GetBytes(text), 0];

    [LibraryImport(Library)]
    private static partial byte* crypt_r(byte* phrase, byte* setting, void* space);
}
