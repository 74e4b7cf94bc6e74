namespace ScriptMta.Tests.Spool;

/// <summary>Names of files: as programs see them, and as they are after a power cut, when no sync of the directory confirmed the changes between.</summary>
sealed class SimulatedDirectory
{
    readonly List<Action<Dictionary<string, SimulatedInode>>> _pending = [];
    readonly Dictionary<string, SimulatedInode> _seen = [];
    readonly Dictionary<string, SimulatedInode> _durable = [];

    public IReadOnlyDictionary<string, SimulatedInode> Files => _seen;

    public void Add(string name, SimulatedInode file) => Change(files => files[name] = file);

    public void Remove(string name) => Change(files => files.Remove(name));

    public void Sync()
    {
        _pending.ForEach(change => change(_durable));
        _pending.Clear();
    }

    public SimulatedDirectory AfterPowerCut(Survival survival, Random chance)
    {
        var names = new Dictionary<string, SimulatedInode>(_durable);
        foreach (var change in _pending)
            if (survival == Survival.Everything || (survival == Survival.Torn && chance.Next(2) == 0)) change(names);
        var result = new SimulatedDirectory();
        foreach (var (name, file) in names) result.Add(name, file.AfterPowerCut(survival, chance));
        result.Sync();
        return result;
    }

    void Change(Action<Dictionary<string, SimulatedInode>> change)
    {
        change(_seen);
        _pending.Add(change);
    }
}
