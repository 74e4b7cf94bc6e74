using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ScriptMta.Common.Posix;

/// <summary>
/// pam(3): whether the modules of a service let a user in who answers their prompts in a given order. Modules are other people's code that may hang or crash, so this is
/// called only in a process made for one check, which is why its state is static.
/// </summary>
static unsafe partial class Pam
{
    // Linux-PAM's numbers.
    const int Success = 0, ConversationError = 19, AuthenticationError = 7, UserUnknown = 10, AccountExpired = 13;
    const int PromptEchoOff = 1, PromptEchoOn = 2;
    const string Library = "libpam.so.0";

    static readonly Queue<string> Answers = new();
    static bool _gaveNothing, _ranOut;

    /// <summary>Null when there is no libpam. No: the user is unknown or expired, or gave a wrong or too few answers.</summary>
    /// <param name="directory">Where the service's file is; null = the system's place.</param>
    public static Match? Check(string service, string user, IEnumerable<string> answers, string? directory)
    {
        if (!NativeLibrary.TryLoad(Library, out _)) return null;
        foreach (var answer in answers) Answers.Enqueue(answer);
        var conversation = new Conversation { Converse = &Converse };
        using var names = new TextVector(directory is null ? [service, user] : [service, user, directory]);
        void* handle = null;
        var result = directory is null ? pam_start(names.Pointers[0], names.Pointers[1], &conversation, &handle)
            : pam_start_confdir(names.Pointers[0], names.Pointers[1], &conversation, names.Pointers[2], &handle);
        if (result == Success) result = pam_authenticate(handle, 0);
        if (result == Success) result = pam_acct_mgmt(handle, 0);
        var match = result == Success ? Match.Yes
            : _ranOut || result is AuthenticationError or UserUnknown or AccountExpired ? Match.No
            : Match.Defer(Marshal.PtrToStringUTF8((nint)pam_strerror(handle, result)) ?? $"error {result}");
        if (handle is not null) _ = pam_end(handle, result);
        return match;
    }

    /// <summary>As in Exim, one prompt more than there are answers gets an empty one, and another ends the conversation.</summary>
    static string? NextAnswer()
    {
        if (Answers.TryDequeue(out var answer)) return answer;
        _ranOut = _gaveNothing;
        _gaveNothing = true;
        return _ranOut ? null : "";
    }

    /// <summary>What is answered is libpam's to free, with free(3).</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Converse(int count, Message** messages, Response** responses, void* data)
    {
        if (count <= 0) return ConversationError;
        *responses = (Response*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(Response));
        for (var i = 0; i < count; i++)
        {
            if (messages[i]->Style is not (PromptEchoOff or PromptEchoOn)) continue;
            if (NextAnswer() is not { } answer) return ConversationError;
            (*responses)[i].Text = TextVector.Copy(answer);
        }
        return Success;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Message
    {
        public int Style;
        public byte* Text;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Response
    {
        public byte* Text;
        public int Code;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Conversation
    {
        public delegate* unmanaged[Cdecl]<int, Message**, Response**, void*, int> Converse;
        public void* Data;
    }

    [LibraryImport(Library)] private static partial int pam_start(byte* service, byte* user, Conversation* conversation, void** handle);
    [LibraryImport(Library)] private static partial int pam_start_confdir(byte* service, byte* user, Conversation* conversation, byte* directory, void** handle);
    [LibraryImport(Library)] private static partial int pam_authenticate(void* handle, int flags);
    [LibraryImport(Library)] private static partial int pam_acct_mgmt(void* handle, int flags);
    [LibraryImport(Library)] private static partial byte* pam_strerror(void* handle, int error);
    [LibraryImport(Library)] private static partial int pam_end(void* handle, int status);
}
