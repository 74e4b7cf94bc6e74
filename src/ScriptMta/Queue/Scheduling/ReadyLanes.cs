using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>What a queue run asks for; Over completes when it has been done or never will be.</summary>
sealed record AskedTry(Func<ScheduledTry, CancellationToken, Task<AfterTry>> Attempt, TaskCompletionSource Over);

/// <summary>A message in line.</summary>
readonly record struct ReadyMessage(MessageId Id, TryKind Kind, Destination? CalledBy = null, AskedTry? Asked = null);

/// <summary>What can be tried now, in a lane for each reason; lanes take turns, so that a crowd in one of them keeps nobody waiting in another. Not thread-safe.</summary>
sealed class ReadyLanes
{
    /// <summary>Messages that a destination waits for, apart from the kinds.</summary>
    const int CalledLane = 4;

    readonly Queue<ReadyMessage>[] _lanes = [new(), new(), new(), new(), new()];
    int _next;

    public void Add(ReadyMessage message) => _lanes[message.CalledBy is null ? (int)message.Kind : CalledLane].Enqueue(message);

    public bool TryTake(out ReadyMessage message)
    {
        for (var i = 0; i < _lanes.Length; i++)
        {
            var lane = _lanes[_next];
            _next = (_next + 1) % _lanes.Length;
            if (lane.TryDequeue(out message)) return true;
        }
        message = default;
        return false;
    }

    /// <summary>What somebody waits for is returned.</summary>
    public IReadOnlyList<AskedTry> Clear()
    {
        List<AskedTry> asked = [.. _lanes.SelectMany(l => l).Where(m => m.Asked is not null).Select(m => m.Asked!)];
        foreach (var lane in _lanes) lane.Clear();
        return asked;
    }
}
