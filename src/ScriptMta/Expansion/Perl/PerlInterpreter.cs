using System.Collections.Concurrent;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// The Perl of one loaded configuration, started when it is first needed. What subroutines keep lives as long as the process: one process serves all calls, one after the other,
/// and only calls at the same time get more of them. A process that dies is replaced at the next call.
/// </summary>
sealed class PerlInterpreter : IDisposable
{
    // A subroutine that waits (for a scanner, for DNS) must not hold up every other connection; each interpreter costs some 10 to 50 MB.
    const int MostProcesses = 4;

    readonly PerlOptions _options;
    readonly SemaphoreSlim _free = new(MostProcesses);
    readonly ConcurrentStack<PerlProcess> _idle = new();
    readonly ConcurrentDictionary<PerlProcess, bool> _alive = new();
    volatile bool _retired;

    public PerlInterpreter(PerlOptions options)
    {
        _options = options;
        AppDomain.CurrentDomain.ProcessExit += EndAll;
    }

    /// <summary>perl_at_start; null or what is wrong with perl_startup.</summary>
    public string? StartNow(RuleEnvironment environment)
    {
        if (Start(environment, new(environment.Clock, _options.TimeLimit), out var error) is { } process) _idle.Push(process);
        return error.Length == 0 ? null : error;
    }

    public Expanded Call(string subroutine, IEnumerable<string> arguments, ExpansionContext context)
    {
        if (PerlCall.Current is { } outer) return outer.RunInside(subroutine, arguments, context);
        var deadline = new Deadline(context.Environment.Clock, _options.TimeLimit);
        if (!_free.Wait(_options.TimeLimit)) return Expanded.Deferred($"Perl subroutine \"{subroutine}\" was not called: all {MostProcesses} Perl processes were busy for as long as perl_time_limit says");
        try
        {
            if (!_idle.TryPop(out var process) && (process = Start(context.Environment, deadline, out var error)) is null) return Expanded.Failed(error);
            using var call = new PerlCall(process, deadline);
            var result = call.Run(subroutine, arguments, context);
            PutBack(process);
            return result;
        }
        finally { _free.Release(); }
    }

    /// <summary>Idle processes end now, busy ones with their call; sessions that keep this configuration start others as they need them.</summary>
    public void Dispose()
    {
        _retired = true;
        AppDomain.CurrentDomain.ProcessExit -= EndAll;
        while (_idle.TryPop(out var process)) End(process);
    }

    PerlProcess? Start(RuleEnvironment environment, Deadline deadline, out string error)
    {
        var process = PerlProcess.Start(_options, environment, deadline, out error, out var warning);
        if (warning.Length > 0) environment.Log.Main(null, $"perl_startup: {warning}");
        if (process is not null) _alive[process] = true;
        return process;
    }

    void PutBack(PerlProcess process)
    {
        if (process.IsDead || _retired) End(process);
        else _idle.Push(process);
    }

    void End(PerlProcess process)
    {
        _alive.TryRemove(process, out _);
        process.Dispose();
    }

    /// <summary>An idle one would see the end of its pipe; one in an endless loop would not.</summary>
    void EndAll(object? sender, EventArgs e)
    {
        foreach (var process in _alive.Keys) process.Dispose();
    }
}
