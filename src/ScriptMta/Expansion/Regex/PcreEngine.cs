using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>A pattern compiled by libpcre2-8, with just-in-time code where the system allows it. Positions are bytes = chars.</summary>
sealed unsafe class PcreEngine : IPatternEngine
{
    // PCRE2's own default, so that what Exim can decide is decided here: at most a third of a second with just-in-time code, one without.
    const uint MatchLimit = 10_000_000;
    const uint HeapLimitKibibytes = 20_000;

    static readonly nint Context = CreateContext();

    readonly string _text;
    readonly Code _code;

    PcreEngine(string text, Code code) => (_text, _code) = (text, code);

    public static bool IsAvailable => Context != 0;

    public static IPatternEngine? Compile(string text, bool caseless, out string reason)
    {
        reason = "";
        var bytes = Latin1.Encode(text);
        int error;
        nuint offset;
        nint code;
        fixed (byte* first = bytes)
        {
            byte nothing = 0;
            code = PcreNative.Compile(first == null ? &nothing : first, (nuint)bytes.Length, caseless ? PcreNative.Caseless : 0, &error, &offset, 0);
        }
        if (code == 0)
        {
            reason = $"{Message(error)} at offset {offset}";
            return null;
        }
        _ = PcreNative.JitCompile(code, PcreNative.JitComplete); // A refusal (no executable memory) only means that the interpreter runs.
        return new PcreEngine(text, new Code(code));
    }

    public PatternMatch Match(string subject, int start, bool afterEmpty)
    {
        var space = PcreSpace.OfThread;
        var match = Match(subject, space.BytesOf(subject), start, afterEmpty ? PcreNative.Anchored | PcreNative.NotEmptyAtStart : 0, space.MatchData);
        if (match.Kind != MatchKind.Yes) space.Forget();
        return match;
    }

    PatternMatch Match(string subject, byte[] bytes, int start, uint options, nint data)
    {
        var held = false;
        try
        {
            _code.DangerousAddRef(ref held);
            var code = _code.DangerousGetHandle();
            fixed (byte* first = bytes)
            {
                var result = PcreNative.Match(code, first, (nuint)subject.Length, (nuint)start, options, data, Context);
                if (result == PcreNative.ErrorJitStackLimit) // deep patterns need more than the 32 KiB that just-in-time code has
                    result = PcreNative.Match(code, first, (nuint)subject.Length, (nuint)start, options | PcreNative.NoJit, data, Context);
                return result == PcreNative.ErrorNoMatch ? PatternMatch.No
                    : result < 0 ? PatternMatch.Defer($"regular expression \"{_text}\": {Message(result)}")
                    : Groups(subject, result == 0 ? Pattern.MaxGroups : result, PcreNative.Offsets(data));
            }
        }
        finally
        {
            if (held) _code.DangerousRelease();
        }
    }

    static PatternMatch Groups(string subject, int count, nuint* offsets)
    {
        var groups = new string?[count];
        for (var i = 0; i < count; i++)
        {
            var (from, to) = (offsets[2 * i], offsets[2 * i + 1]);
            // \K in a look-ahead can put the start after the end; unset groups are PCRE2_UNSET (all ones).
            groups[i] = from == nuint.MaxValue ? null : from >= to ? "" : subject[(int)from..(int)to];
        }
        return new(MatchKind.Yes, (int)offsets[0], Math.Max((int)offsets[0], (int)offsets[1]), groups);
    }

    static nint CreateContext()
    {
        if (!NativeLibrary.TryLoad(PcreNative.Library, out _)) return 0;
        var context = PcreNative.CreateMatchContext(0);
        if (context == 0) return 0;
        _ = PcreNative.SetMatchLimit(context, MatchLimit);
        _ = PcreNative.SetHeapLimit(context, HeapLimitKibibytes);
        return context;
    }

    static string Message(int error)
    {
        const int size = 256;
        var buffer = stackalloc byte[size];
        var length = PcreNative.ErrorMessage(error, buffer, size);
        return length < 0 ? $"PCRE2 error {error}" : Latin1.Decode(new ReadOnlySpan<byte>(buffer, length));
    }

    sealed class Code : SafeHandleZeroOrMinusOneIsInvalid
    {
        public Code(nint code) : base(ownsHandle: true) => SetHandle(code);

        protected override bool ReleaseHandle()
        {
            PcreNative.FreeCode(handle);
            return true;
        }
    }
}
