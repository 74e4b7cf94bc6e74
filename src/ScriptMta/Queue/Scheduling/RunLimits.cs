using ScriptMta.Expansion;
using ScriptMta.Reception;

namespace ScriptMta.Queue;

/// <summary>How many of the daemon's queue runs go on at once (queue_run_max), and when one ends early (deliver_queue_load_max): Exim 14. Thread-safe.</summary>
sealed class RunLimits(Func<QueueRules> rules, MachineState machine)
{
    /// <summary>Exim's default for queue_run_max.</summary>
    const int UsualMost = 5;

    int _running;

    /// <summary>False: as many as may run do.</summary>
    public bool TryBegin()
    {
        var most = Most();
        if (Interlocked.Increment(ref _running) <= most || most <= 0) return true;
        Interlocked.Decrement(ref _running);
        return false;
    }

    public void End() => Interlocked.Decrement(ref _running);

    int Most()
    {
        if (rules().Options.QueueRunMax is not { } template) return UsualMost;
        var expanded = template.Expand(new ExpansionContext { Environment = rules().Environment });
        return expanded.IsOk && Language.OptionValues.Int(expanded.Text, out var most) == Language.ValueError.None ? (int)Math.Clamp(most, 0, int.MaxValue) : UsualMost;
    }

    /// <summary>The load that ends a run; null = it goes on. In thousandths.</summary>
    public int? TooMuchLoad() => rules().Options.DeliverQueueLoadMax is >= 0 and var most && machine.Load() is var load && load > most ? load : null;
}
