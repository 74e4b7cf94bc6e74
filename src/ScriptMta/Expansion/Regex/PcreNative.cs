using System.Runtime.InteropServices;

namespace ScriptMta.Expansion;

/// <summary>The few calls of libpcre2-8 that are used (pcre2api(3)).</summary>
static unsafe partial class PcreNative
{
    /// <summary>The runtime library's name on Debian and its relatives; no -dev package is needed.</summary>
    public const string Library = "libpcre2-8.so.0";

    public const uint Caseless = 0x8, Anchored = 0x80000000, NotEmptyAtStart = 0x8, NoJit = 0x2000, JitComplete = 1;
    public const int ErrorNoMatch = -1, ErrorJitStackLimit = -46, ErrorMatchLimit = -47, ErrorDepthLimit = -53, ErrorHeapLimit = -63;

    [LibraryImport(Library, EntryPoint = "pcre2_compile_8")]
    public static partial nint Compile(byte* pattern, nuint length, uint options, int* error, nuint* offset, nint context);

    [LibraryImport(Library, EntryPoint = "pcre2_code_free_8")]
    public static partial void FreeCode(nint code);

    [LibraryImport(Library, EntryPoint = "pcre2_jit_compile_8")]
    public static partial int JitCompile(nint code, uint options);

    [LibraryImport(Library, EntryPoint = "pcre2_match_data_create_8")]
    public static partial nint CreateMatchData(uint pairs, nint context);

    [LibraryImport(Library, EntryPoint = "pcre2_match_data_free_8")]
    public static partial void FreeMatchData(nint data);

    [LibraryImport(Library, EntryPoint = "pcre2_match_context_create_8")]
    public static partial nint CreateMatchContext(nint context);

    [LibraryImport(Library, EntryPoint = "pcre2_set_match_limit_8")]
    public static partial int SetMatchLimit(nint context, uint limit);

    [LibraryImport(Library, EntryPoint = "pcre2_set_heap_limit_8")]
    public static partial int SetHeapLimit(nint context, uint kibibytes);

    [LibraryImport(Library, EntryPoint = "pcre2_match_8")]
    public static partial int Match(nint code, byte* subject, nuint length, nuint start, uint options, nint data, nint context);

    [LibraryImport(Library, EntryPoint = "pcre2_get_ovector_pointer_8")]
    [SuppressGCTransition] // returns a field
    public static partial nuint* Offsets(nint data);

    [LibraryImport(Library, EntryPoint = "pcre2_get_error_message_8")]
    public static partial int ErrorMessage(int error, byte* buffer, nuint size);
}
