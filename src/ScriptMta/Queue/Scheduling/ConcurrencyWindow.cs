namespace ScriptMta.Queue;

/// <summary>
/// How many deliveries a destination may have at once: one more after as many successes as it now has, one fewer after each connection that failed. It begins low, so that
/// a host we know nothing of is not met with a crowd.
/// </summary>
sealed class ConcurrencyWindow(int most)
{
    /// <summary>What a small server takes without complaint.</summary>
    const int First = 5;

    double _size = Math.Min(First, most);

    public int Most { get; private set; } = most;
    public int Size => (int)_size;

    public void Grow()
    {
        if (_size < Most) _size = Math.Min(Most, _size + 1 / _size);
    }

    public void Shrink() => _size = Math.Max(1, _size - 1);

    public void Resize(int most)
    {
        Most = Math.Max(1, most);
        _size = Math.Clamp(_size, 1, Most);
    }
}
