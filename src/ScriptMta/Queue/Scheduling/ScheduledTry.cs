using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>Why a message is tried. First: it came, or was parked before its first deferral. Due: its time has come. Recalled: its destination works again, so that no time of its own counts. Asked: a queue run or an administrator.</summary>
enum TryKind { First, Due, Recalled, Asked }

/// <summary>One attempt as the schedule begins it. CalledBy: the destination that waits for it.</summary>
sealed record ScheduledTry(MessageId Id, TryKind Kind, Destination? CalledBy, WorkShare Share);

/// <summary>What follows an attempt: parked at a destination; or due again at a time, deferred by one destination's fault where Place says so; or (default) nothing.</summary>
readonly record struct AfterTry(DateTimeOffset? Next, Destination? Place = null, bool IsParked = false);

/// <summary>One attempt's part of the work that goes on at once. It is free for others while all of the attempt's deliveries wait for servers or for their turn.</summary>
sealed class WorkShare(Schedule schedule)
{
    int _active = 1;

    public void Leave()
    {
        if (Interlocked.Decrement(ref _active) == 0) schedule.FreeShare();
    }

    public void Return()
    {
        if (Interlocked.Increment(ref _active) == 1) schedule.TakeShare();
    }
}
