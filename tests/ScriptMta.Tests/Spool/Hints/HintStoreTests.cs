using System.Text;
using ScriptMta.Common.Posix;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>What hints promise: answers from memory, files behind them, and no trouble of the files ever stops mail.</summary>
public sealed class HintStoreTests : IDisposable
{
    const string Place = "/spool/hints";

    readonly ManualClock _clock = new();
    readonly List<string> _troubles = [];
    readonly List<HintStore> _open = [];
    readonly SimulatedDisk _disk = new() { ShortWrites = true };

    public HintStoreTests() => _disk.CreateDirectory("/spool");

    public void Dispose() => _open.ForEach(static store => store.Dispose());

    HintStore Open(SimulatedDisk? disk = null, HintOptions? options = null)
    {
        var store = new HintStore(_clock, options);
        _open.Add(store);
        store.Keep(Place, disk ?? _disk, _troubles.Add);
        return store;
    }

    DateTimeOffset In(double hours) => _clock.GetUtcNow() + TimeSpan.FromHours(hours);

    static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    static string? Text(HintStore store, string key, HintTable table = HintTable.Seen) => store.Get(table, key) is { } value ? Encoding.ASCII.GetString(value) : null;

    [Fact]
    public void A_hint_is_found_in_its_own_table_until_it_expires_or_is_removed()
    {
        var hints = Open();
        hints.Set(HintTable.Seen, "a", Bytes("one"), In(1));
        hints.Set(HintTable.Ratelimit, "a", Bytes("two"), In(2));
        Assert.Equal(("one", "two"), (Text(hints, "a"), Text(hints, "a", HintTable.Ratelimit)));
        Assert.Null(Text(hints, "A"));
        hints.Set(HintTable.Seen, "a", Bytes("another length"), In(1));
        Assert.Equal("another length", Text(hints, "a"));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(Text(hints, "a"));
        hints.Remove(HintTable.Ratelimit, "a");
        Assert.Null(Text(hints, "a", HintTable.Ratelimit));
    }

    [Fact]
    public void Keys_may_be_empty_hold_any_byte_and_be_of_any_length()
    {
        var keys = new[] { "", "\0\n\u00ff", new string('k', 255), new string('k', 256), new string('k', 100_000) };
        var hints = Open();
        foreach (var key in keys) hints.Set(HintTable.Seen, key, Bytes(key.Length.ToString()), In(1));
        hints.Dispose();
        var again = Open();
        Assert.All(keys, key => Assert.Equal(key.Length.ToString(), Text(again, key)));
    }

    [Fact]
    public void A_value_that_is_too_long_is_an_error_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => Open().Set(HintTable.Seen, "a", new byte[HintShard.MaxValue + 1], In(1)));

    [Fact]
    public void All_changes_outlive_a_stop()
    {
        var hints = Open();
        for (var i = 0; i < 5000; i++) hints.Set(HintTable.Seen, $"k{i}", Bytes($"v{i}"), In(1));
        for (var i = 0; i < 5000; i += 3) hints.Remove(HintTable.Seen, $"k{i}");
        for (var i = 1; i < 5000; i += 3) hints.Set(HintTable.Seen, $"k{i}", Bytes($"changed {i}"), In(1));
        hints.Dispose();
        var again = Open();
        for (var i = 0; i < 5000; i++) Assert.Equal(i % 3 == 0 ? null : i % 3 == 1 ? $"changed {i}" : $"v{i}", Text(again, $"k{i}"));
        Assert.Empty(_troubles);
    }

    [Fact]
    public void A_killed_process_loses_no_more_than_its_last_second()
    {
        var hints = Open();
        hints.Set(HintTable.Seen, "before", Bytes("x"), In(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        hints.Set(HintTable.Seen, "just now", Bytes("x"), In(1));
        var again = Open();
        Assert.Equal(("x", null), (Text(again, "before"), Text(again, "just now")));
    }

    [Fact]
    public void The_files_shrink_to_what_is_live()
    {
        var hints = Open(options: new() { CompactionSlack = 10_000 });
        for (var i = 0; i < 300; i++) hints.Set(HintTable.Seen, $"once {i}", Bytes("gone"), In(0.5));
        for (var round = 0; round < 300; round++)
        {
            for (var i = 0; i < 20; i++) hints.Set(HintTable.Ratelimit, $"k{i}", Bytes($"{round:d4}"), In(48));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
        hints.Dispose();
        Assert.True(_disk.List(Place).Sum(name => (long)_disk.Inode($"{Place}/{name}").Length) < 30_000);
        var again = Open();
        Assert.Equal("0299", Text(again, "k7", HintTable.Ratelimit));
        Assert.Null(Text(again, "once 7"));
        Assert.Equal(20, again.Count);
    }

    [Fact]
    public void A_power_cut_at_any_step_leaves_hints_that_can_be_read_and_no_value_that_never_was()
    {
        for (var at = 5; ; at++)
        {
            var disk = new SimulatedDisk { CutAt = at };
            disk.CreateDirectory("/spool");
            var hints = Open(disk, new() { CompactionSlack = 500 });
            for (var round = 1; round <= 40; round++)
            {
                for (var i = 0; i < 4; i++) hints.Set(HintTable.Seen, $"k{i}", Bytes($"{round}"), In(48));
                if (round % 5 == 0) hints.Remove(HintTable.Seen, "k3");
                _clock.Advance(TimeSpan.FromSeconds(10));
            }
            if (!disk.IsOff) return;
            foreach (var survival in Enum.GetValues<Survival>())
            {
                var again = Open(disk.AfterPowerCut(survival, at));
                for (var i = 0; i < 4; i++) Assert.InRange(int.Parse(Text(again, $"k{i}") ?? "0"), 0, 40);
                again.Set(HintTable.Seen, "new", Bytes("1"), In(1));
                Assert.Equal("1", Text(again, "new"));
            }
        }
    }

    [Fact]
    public void A_base_that_was_finished_survives_a_power_cut()
    {
        var hints = Open(options: new() { CompactionSlack = 500 });
        for (var round = 0; round < 100; round++)
        {
            hints.Set(HintTable.Seen, "k0", Bytes("v"), In(48));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Contains(_disk.List(Place), static name => name.StartsWith("base-", StringComparison.Ordinal));
        Assert.Equal("v", Text(Open(_disk.AfterPowerCut(Survival.Nothing, 1)), "k0"));
    }

    [Fact]
    public void Damage_is_told_forgotten_and_mended_at_the_next_write()
    {
        var hints = Open();
        hints.Set(HintTable.Seen, "a", Bytes("good"), In(48));
        hints.Set(HintTable.Seen, "b", Bytes("lost"), In(48));
        hints.Dispose();
        using (var file = _disk.Open($"{Place}/log-1")) file.Write([0xff], file.Length - 1);
        var again = Open();
        Assert.Equal(("good", null), (Text(again, "a"), Text(again, "b")));
        Assert.Equal([$"hints: 17 bytes of {Place}/log-1 are damaged and forgotten"], _troubles);
        again.Set(HintTable.Seen, "c", Bytes("new"), In(48));
        again.Dispose();
        var third = Open();
        Assert.Equal(("good", "new"), (Text(third, "a"), Text(third, "c")));
        Assert.Single(_troubles);
    }

    [Theory]
    [InlineData("create"), InlineData("write"), InlineData("mkdir"), InlineData("list")]
    public void A_disk_that_fails_is_told_once_and_what_was_missed_is_written_when_it_works_again(string call)
    {
        _disk.Fail = (name, _) => name == call ? PosixError.NoSpace : null;
        var hints = Open();
        for (var i = 0; i < 10; i++)
        {
            hints.Set(HintTable.Seen, $"k{i}", Bytes("v"), In(48));
            _clock.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Equal("v", Text(hints, "k0"));
        Assert.InRange(_troubles.Count, 1, 2);
        _disk.Fail = null;
        _clock.Advance(TimeSpan.FromSeconds(10));
        hints.Dispose();
        Assert.Equal("v", Text(Open(), "k0"));
    }

    [Fact]
    public void At_the_limit_the_hints_that_expire_first_make_room()
    {
        var hints = Open(options: new() { MostBytes = 64 * 4 * (64 << 10) });
        hints.Set(HintTable.Seen, "precious", Bytes("v"), In(1000));
        for (var i = 0; i < 300_000; i++) hints.Set(HintTable.Ratelimit, $"flood {i} {new string('x', 60)}", Bytes("12345678"), In(1 + i / 300_000.0));
        Assert.Equal("v", Text(hints, "precious"));
        Assert.NotNull(hints.Get(HintTable.Ratelimit, $"flood 299999 {new string('x', 60)}"));
        Assert.InRange(hints.LiveBytes, 5 << 20, 16 << 20);
        Assert.Equal(["hints: 16 MB are not enough: those that would have expired first are forgotten"], _troubles);
    }

    [Fact]
    public void A_flood_that_expires_all_at_once_takes_no_more_room_either()
    {
        var hints = Open(options: new() { MostBytes = 64 * 4 * (64 << 10) });
        for (var i = 0; i < 300_000; i++) hints.Set(HintTable.Ratelimit, $"flood {i} {new string('x', 60)}", Bytes("12345678"), In(1));
        Assert.InRange(hints.LiveBytes, 5 << 20, 16 << 20);
    }

    [Fact]
    public async Task Two_who_change_one_hint_never_lose_a_change()
    {
        var hints = Open();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                using var hint = hints.Open(HintTable.Seen, "counter");
                hint.Set(BitConverter.GetBytes(hint.TryGet(out var value) ? BitConverter.ToInt32(value) + 1 : 1), In(48));
            }
        })));
        Assert.Equal(20_000, BitConverter.ToInt32(hints.Get(HintTable.Seen, "counter")!));
    }

    [Fact]
    public void A_dry_run_sees_the_hints_and_changes_nothing_on_disk()
    {
        var hints = Open();
        hints.Set(HintTable.Seen, "a", Bytes("v"), In(48));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var steps = _disk.Steps;
        var dry = new HintStore(_clock);
        dry.Peek(Place, _disk, _troubles.Add);
        dry.Set(HintTable.Seen, "b", Bytes("v"), In(48));
        Assert.Equal(("v", "v"), (Text(dry, "a"), Text(dry, "b")));
        dry.Dispose();
        Assert.Equal(steps, _disk.Steps);
        Assert.Empty(_troubles);
    }

    [Fact]
    public void On_the_real_disk_nobody_else_can_read_them()
    {
        using var directory = new TemporaryDirectory();
        var place = Path.Combine(directory.Path, "hints");
        using (var hints = new HintStore(_clock))
        {
            hints.Keep(place, new PosixSpoolFiles(), _troubles.Add);
            hints.Set(HintTable.Seen, "a", Bytes("v"), In(48));
        }
        using var again = new HintStore(_clock);
        again.Keep(place, new PosixSpoolFiles(), _troubles.Add);
        Assert.Equal("v", Text(again, "a"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(place, "log-1")));
        Assert.Empty(_troubles);
    }
}
