using ScriptMta.Common.Posix;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>
/// A disk with a volatile cache. Each change and each sync is a step; the power can go at any step (the change is then in flight: it
/// may survive or not), and any call can fail with an error number. <see cref="AfterPowerCut"/> gives the disk that the machine finds when it comes back.
/// </summary>
sealed class SimulatedDisk : ISpoolFiles
{
    readonly Lock _gate = new();
    readonly Dictionary<string, SimulatedDirectory> _directories = [];
    readonly HashSet<string> _locks = [];

    /// <summary>Steps done so far; and the one at which the power goes.</summary>
    public int Steps { get; private set; }
    public int CutAt { get; init; } = int.MaxValue;

    public bool IsOff { get; private set; }

    /// <summary>Calls of any kind done so far. The error number with which a call fails: by its name and number, from 1.</summary>
    public int Calls { get; private set; }
    public Func<string, int, int?>? Fail { get; set; }

    public string FailedCall { get; private set; } = "";

    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Writes of more than a sector are done in parts.</summary>
    public bool ShortWrites { get; init; }

    public List<string> Trace { get; } = [];

    public SimulatedDisk AfterPowerCut(Survival survival, int seed, int cutAt = int.MaxValue)
    {
        var chance = new Random(seed);
        var disk = new SimulatedDisk { CutAt = cutAt, ShortWrites = ShortWrites, Capacity = Capacity };
        lock (_gate)
        {
            var pending = _directories.Values.SelectMany(static directory => directory.Pending).Order().ToList();
            var until = pending.Count == 0 ? 0 : pending[chance.Next(pending.Count)];
            foreach (var (path, directory) in _directories) disk._directories[path] = directory.AfterPowerCut(survival, chance, until);
        }
        return disk;
    }

    public SimulatedInode Inode(string path) => At(path).Files[Path.GetFileName(path)];

    public void CreateDirectory(string path) => Do("mkdir", path, () => _directories.TryAdd(path, new()));

    public IReadOnlyList<string> List(string directory) => Ask("list", directory, () => (_directories.GetValueOrDefault(directory) ?? throw new DirectoryNotFoundException(directory)).Files.Keys.ToList());

    public ISpoolFile Create(string path)
    {
        var file = new SimulatedInode();
        Do("create", path, () =>
        {
            if (At(path).Files.ContainsKey(Path.GetFileName(path))) throw PosixError.Of(PosixError.Exists, "open", path);
            At(path).Add(Path.GetFileName(path), file);
        });
        return new SimulatedFile(this, path, file);
    }

    public ISpoolFile Open(string path) => new SimulatedFile(this, path, Ask("open", path, () => Existing(path)));

    public void Delete(string path) => Do("delete", path, () => At(path).Remove(Path.GetFileName(path)));

    public void Move(string from, string to) => Do("move", from, () =>
    {
        At(to).Add(Path.GetFileName(to), Existing(from));
        At(from).Remove(Path.GetFileName(from));
    });

    public void SyncDirectory(string path) => DoSync("syncdir", path, () => _directories[path].Sync());

    public long FreeSpace(string path) => Ask("statvfs", path, () => Capacity - Used());

    public IDisposable Lock(string path)
    {
        lock (_gate)
            if (!_locks.Add(path)) throw new SpoolException("in use by process 1", SpoolFault.Locked);
        return new Release(this, path);
    }

    internal T Ask<T>(string call, string path, Func<T> read)
    {
        lock (_gate)
        {
            CheckCall(call, path);
            return read();
        }
    }

    /// <summary>A change: when the power goes at it, it is in flight.</summary>
    internal void Do(string call, string path, Action change, Action? part = null)
    {
        lock (_gate)
        {
            CheckCall(call, path, part);
            change();
            Step(call, path);
        }
    }

    /// <summary>A sync: when the power goes at it, it has not happened.</summary>
    internal void DoSync(string call, string path, Action sync, Action? failed = null)
    {
        lock (_gate)
        {
            CheckCall(call, path, failed);
            Step(call, path);
            sync();
        }
    }

    internal void CheckRoom(string path, long growth)
    {
        if (growth > 0 && Capacity - Used() < growth) throw PosixError.Of(PosixError.NoSpace, "write", path);
    }

    void Step(string call, string path)
    {
        Trace.Add($"{++Steps} {call} {path}");
        if (Steps < CutAt) return;
        IsOff = true;
        throw PosixError.Of(PosixError.InputOutput, "power cut at " + call, path);
    }

    void CheckCall(string call, string path, Action? onFailure = null)
    {
        if (IsOff) throw PosixError.Of(PosixError.InputOutput, "no power at " + call, path);
        if (Fail?.Invoke(call, ++Calls) is not { } error) return;
        if (FailedCall.Length == 0) FailedCall = $"{call} {path}";
        onFailure?.Invoke();
        throw PosixError.Of(error, call, path);
    }

    long Used() => _directories.Values.SelectMany(static directory => directory.Files.Values).Sum(static file => file.Length);

    SimulatedDirectory At(string path) => _directories[Path.GetDirectoryName(path)!];

    SimulatedInode Existing(string path) =>
        At(path).Files.GetValueOrDefault(Path.GetFileName(path)) ?? throw PosixError.Of(PosixError.NoEntry, "open", path);

    sealed class Release(SimulatedDisk disk, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate) disk._locks.Remove(path);
        }
    }
}
