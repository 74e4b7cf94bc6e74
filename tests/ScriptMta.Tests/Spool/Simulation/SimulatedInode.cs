namespace ScriptMta.Tests.Spool;

/// <summary>
/// What of the unsynced changes a power cut leaves. Ordered: all up to some moment, over all files and directories. Reordered: each write and each name whole or not at all, by chance. Torn: also some
/// sectors of a write.
/// </summary>
enum Survival { Nothing, Everything, Ordered, Reordered, Torn }

/// <summary>Numbers changes in the order in which they were made; for a power cut, the first that is too late.</summary>
static class ChangeOrder
{
    static long _last;

    public static long Next() => Interlocked.Increment(ref _last);
}

/// <summary>A file's content twice: as programs see it, and as the platter has it; between them the writes that no sync has confirmed.</summary>
sealed class SimulatedInode
{
    const int Sector = 512;
    readonly List<(long Offset, byte[] Bytes, long Order)> _pending = [];
    byte[] _seen = [];
    byte[] _durable = [];

    public long Length { get; private set; }

    public void Allocate(long length)
    {
        if (length <= Length) return;
        _pending.Add((length, [], ChangeOrder.Next()));
        Grow(ref _seen, length);
        Length = length;
    }

    public int Read(Span<byte> into, long offset)
    {
        var count = (int)Math.Clamp(Length - offset, 0, into.Length);
        if (count > 0) _seen.AsSpan((int)offset, count).CopyTo(into);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        _pending.Add((offset, bytes.ToArray(), ChangeOrder.Next()));
        Put(ref _seen, offset, bytes);
        Length = Math.Max(Length, offset + bytes.Length);
    }

    public void Sync()
    {
        foreach (var (offset, bytes, _) in _pending) Put(ref _durable, offset, bytes);
        _pending.Clear();
    }

    /// <summary>A sync failed: the system has forgotten that these pages must be written, and still shows them to programs.</summary>
    public void ForgetPending() => _pending.Clear();

    /// <summary>When its unsynced changes were made.</summary>
    public IEnumerable<long> Pending => _pending.Select(static change => change.Order);

    public SimulatedInode AfterPowerCut(Survival survival, Random chance, long until)
    {
        var content = _durable.ToArray();
        foreach (var (offset, bytes, order) in _pending)
            if (survival == Survival.Everything || (survival == Survival.Ordered && order < until) || (survival == Survival.Reordered && chance.Next(2) == 0) || (survival == Survival.Torn && chance.Next(3) == 0))
                Put(ref content, offset, bytes);
            else if (survival == Survival.Torn && chance.Next(2) == 0) PutSomeSectors(ref content, offset, bytes, chance);
        return new() { _seen = content, _durable = content.ToArray(), Length = content.Length };
    }

    /// <summary>Someone else's hand, or the disk's age: durable at once.</summary>
    public void Damage(long offset, ReadOnlySpan<byte> bytes)
    {
        Put(ref _seen, offset, bytes);
        Put(ref _durable, offset, bytes);
        Length = Math.Max(Length, offset + bytes.Length);
    }

    static void PutSomeSectors(ref byte[] content, long offset, byte[] bytes, Random chance)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var size = (int)Math.Min(bytes.Length - done, Sector - (offset + done) % Sector);
            if (chance.Next(2) == 0) Put(ref content, offset + done, bytes.AsSpan(done, size));
            done += size;
        }
    }

    static void Put(ref byte[] content, long offset, ReadOnlySpan<byte> bytes)
    {
        Grow(ref content, offset + bytes.Length);
        bytes.CopyTo(content.AsSpan((int)offset));
    }

    static void Grow(ref byte[] content, long length)
    {
        if (content.Length < length) Array.Resize(ref content, (int)length);
    }
}
