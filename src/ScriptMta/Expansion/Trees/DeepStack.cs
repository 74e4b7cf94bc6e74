using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ScriptMta.Expansion;

/// <summary>Runs what recurses deeply on a thread with a stack for it, so that no template can overflow the caller's. Rare: a thread per call is cheap enough.</summary>
static class DeepStack
{
    // TemplateReader.MaxNesting levels of the largest frames (about 1 kB a level, two or three frames) with room to spare. Untouched pages cost nothing.
    const int StackSize = 256 * 1024 * 1024;

    [ThreadStatic] static bool _here;

    public static bool HasRoom => _here || RuntimeHelpers.TryEnsureSufficientExecutionStack();

    public static T Run<T>(Func<T> work)
    {
        if (_here) return work();
        var result = default(T);
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            _here = true;
            try { result = work(); }
            catch (Exception error) { failure = ExceptionDispatchInfo.Capture(error); } // rethrown below, on the caller's thread
        }, StackSize);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
