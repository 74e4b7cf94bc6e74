using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>
/// What a spool has promised, kept outside of it. Must: returned and durable. May: asked for, or returned but not yet flushed. After a
/// power cut the spool has to hold all of Must, and nothing that is not in May.
/// </summary>
sealed class CrashLedger
{
    sealed class Promise(TestMail mail)
    {
        public TestMail Mail { get; } = mail;
        public bool MustExist { get; set; }
        public bool MayBeGone { get; set; } = true;
        public bool MustBeGone { get; set; }
        public HashSet<string> MustBeDone { get; } = [];
        public HashSet<string> MayBeDone { get; } = [];
        public List<Action> OnFlush { get; } = [];
    }

    readonly Dictionary<int, Promise> _promises = [];

    public async Task CommitAsync(JournalSpool spool, int number, int bodyLength)
    {
        var promise = _promises[number] = new(new(number, bodyLength));
        await promise.Mail.CommitAsync(spool);
        (promise.MustExist, promise.MayBeGone) = (true, false);
        Flushed();
    }

    public async Task DoneAsync(JournalSpool spool, int number, string key, bool durable = false)
    {
        var promise = _promises[number];
        promise.MayBeDone.Add(key);
        await spool.RecordAsync(promise.Mail.Id, [new SpoolChange.Done(key)], durable, CancellationToken.None);
        promise.OnFlush.Add(() => promise.MustBeDone.Add(key));
        if (durable) Flushed();
    }

    public async Task CompleteAsync(JournalSpool spool, int number, bool durable = false)
    {
        var promise = _promises[number];
        promise.MayBeGone = true;
        await spool.RecordAsync(promise.Mail.Id, [new SpoolChange.Completed()], durable, CancellationToken.None);
        promise.OnFlush.Add(() => promise.MustBeGone = true);
        if (durable) Flushed();
    }

    /// <summary>What was not flushed by now never will be.</summary>
    public void Crashed()
    {
        foreach (var promise in _promises.Values) promise.OnFlush.Clear();
    }

    public void Forget(int number) => _promises.Remove(number);

    /// <summary>One sync makes durable whatever had returned before.</summary>
    public void Flushed()
    {
        foreach (var promise in _promises.Values)
        {
            promise.OnFlush.ForEach(static effect => effect());
            promise.OnFlush.Clear();
        }
    }

    public async Task VerifyAsync(JournalSpool spool)
    {
        var (totals, queued) = spool.Account;
        Assert.Equal(totals.Accepted, totals.Ended + queued);
        Assert.Equal(0, totals.Lost);
        var entries = spool.Entries();
        Assert.All(entries, entry => Assert.Contains(_promises.Values, promise => promise.Mail.Id == entry.Id));
        foreach (var promise in _promises.Values)
        {
            var isThere = spool.Find(promise.Mail.Id) is not null;
            if (promise.MustBeGone) Assert.False(isThere, $"message {promise.Mail.Number} came back");
            if (promise.MustExist && !promise.MayBeGone) Assert.True(isThere, $"message {promise.Mail.Number} is lost");
            if (!isThere) continue;
            var stored = await promise.Mail.AssertStoredAsync(spool);
            Assert.True(stored.State.DoneKeys.IsSupersetOf(promise.MustBeDone), $"message {promise.Mail.Number} lost {string.Join(' ', promise.MustBeDone.Except(stored.State.DoneKeys))}");
            Assert.True(stored.State.DoneKeys.IsSubsetOf(promise.MayBeDone), $"message {promise.Mail.Number} got {string.Join(' ', stored.State.DoneKeys.Except(promise.MayBeDone))}");
        }
    }
}
