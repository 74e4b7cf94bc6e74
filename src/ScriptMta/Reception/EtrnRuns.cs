using System.Collections.Concurrent;
using ScriptMta.Expansion;

namespace ScriptMta.Reception;

/// <summary>
/// What ETRN has started and has not ended yet. With smtp_etrn_serialize a second run for the same argument is refused; no more than <see cref="Most"/> run at all. Thread-safe.
/// </summary>
/// <param name="runQueue">A queue run over the recipients that hold the text; null where there is no queue (-bh).</param>
sealed class EtrnRuns(Func<string, CancellationToken, ValueTask>? runQueue)
{
    /// <summary>Anybody whom acl_smtp_etrn lets through can start one: each is a thread or a walk through the queue.</summary>
    public const int Most = 20;

    /// <summary>A program that fetches mail may take long, but not for ever.</summary>
    public static readonly TimeSpan LongestProgram = TimeSpan.FromHours(1);

    readonly ConcurrentDictionary<string, byte> _running = new(StringComparer.Ordinal);
    int _count;
    long _unique;

    /// <summary>False when it runs already, or too much does. A null key is its own.</summary>
    public bool TryRunQueue(string? key, string recipients)
    {
        if (runQueue is null) return true;
        if (!TryEnter(ref key)) return false;
        _ = RunAsync(key!, recipients);
        return true;
    }

    public bool TryRunProgram(string? key, IReadOnlyList<string> words, RuleEnvironment environment)
    {
        if (!TryEnter(ref key)) return false;
        var run = Task.Factory.StartNew(() => RunOutcome.Of(words, environment, LongestProgram), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        run.ContinueWith((_, _) => Leave(key!), null, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return true;
    }

    async Task RunAsync(string key, string recipients)
    {
        await Task.Yield();
        try { await runQueue!(recipients, CancellationToken.None).ConfigureAwait(false); }
        finally { Leave(key); }
    }

    bool TryEnter(ref string? key)
    {
        key ??= $"\n{Interlocked.Increment(ref _unique)}";
        if (Interlocked.Increment(ref _count) <= Most && _running.TryAdd(key, 0)) return true;
        Interlocked.Decrement(ref _count);
        return false;
    }

    void Leave(string key)
    {
        _running.TryRemove(key, out _);
        Interlocked.Decrement(ref _count);
    }
}
