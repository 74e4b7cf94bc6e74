namespace ScriptMta.Tests.Spool;

/// <summary>Names of files: as programs see them, and as they are after a power cut, when no sync of the directory confirmed the changes between.</summary>
sealed class SimulatedDirectory
{
    readonly List<(Action<Dictionary<string, SimulatedInode>> Apply, long Order)> _pending = [];
    readonly Dictionary<string, SimulatedInode> _seen = [];
    readonly Dictionary<string, SimulatedInode> _durable = [];

    public IReadOnlyDictionary<string, SimulatedInode> Files => _seen;

    public void Add(string name, SimulatedInode file) => Change(files => files[name] = file);

    public void Remove(string name) => Change(files => files.Remove(name));

    public void Sync()
    {
        _pending.ForEach(change => change.Apply(_durable));
        _pending.Clear();
    }

    /// <summary>When the unsynced changes were made, of names and of what the files hold.</summary>
    public IEnumerable<long> Pending => _pending.Select(static change => change.Order).Concat(_seen.Values.SelectMany(static file => file.Pending));

    public SimulatedDirectory AfterPowerCut(Survival survival, Random chance, long until)
    {
        var names = new Dictionary<string, SimulatedInode>(_durable);
        foreach (var (apply, order) in _pending)
            if (survival == Survival.Everything || (survival == Survival.Ordered && order < until) || (survival is Survival.Reordered or Survival.Torn && chance.Next(2) == 0)) apply(names);
        var result = new SimulatedDirectory();
        foreach (var (name, file) in names) result.Add(name, file.AfterPowerCut(survival, chance, until));
        result.Sync();
        return result;
    }

    void Change(Action<Dictionary<string, SimulatedInode>> change)
    {
        change(_seen);
        _pending.Add((change, ChangeOrder.Next()));
    }
}
