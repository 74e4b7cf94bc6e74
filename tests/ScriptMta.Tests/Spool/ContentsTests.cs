using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>Sealed segments say what is in them, so that start-up does not read the mail; the totals go from segment to segment.</summary>
public sealed class ContentsTests
{
    const string First = "/spool/journal/0000000001.journal";
    const int SealNote = 128;

    static readonly SpoolOptions Options = new() { Directory = "/spool", SegmentSize = 64 << 10, CompactionSlack = 1 << 20, ReserveSpace = 0, InlineLimit = 20_000 };

    static ValueTask<JournalSpool> OpenAsync(SimulatedDisk disk, SpoolOptions? options = null) =>
        JournalSpool.OpenAsync(options ?? Options, disk, new ManualClock(), CancellationToken.None);

    /// <summary>Over several segments: waiting, frozen, ended, with a large body, on request only.</summary>
    static async Task<SimulatedDisk> WithMailAsync()
    {
        var disk = new SimulatedDisk();
        await using var spool = await OpenAsync(disk);
        for (var number = 1; number <= 60; number++)
        {
            var mail = new TestMail(number, number == 7 ? 30_000 : 4000);
            await mail.CommitAsync(spool, new(QueueOnly: number % 10 == 1));
            await mail.RecordAsync(spool, new SpoolChange.Done("k"), new SpoolChange.Attempted(TestMail.Epoch, TestMail.Epoch.AddHours(number)));
            if (number % 4 == 0) await mail.RecordAsync(spool, new SpoolChange.Completed((Ending)(number % 3)));
            if (number % 5 == 0) await mail.RecordAsync(spool, new SpoolChange.Frozen(TestMail.Epoch));
            if (number % 15 == 0) await mail.RecordAsync(spool, new SpoolChange.Thawed());
        }
        return disk;
    }

    [Fact]
    public async Task Start_up_reads_of_a_sealed_segment_only_what_it_says_of_itself()
    {
        var disk = await WithMailAsync();
        var reads = 0;
        disk.Fail = (call, _) =>
        {
            if (call == "read") reads++;
            return null;
        };
        await using var spool = await OpenAsync(disk);
        Assert.InRange(disk.List("/spool/journal").Count, 4, 10);
        Assert.InRange(reads, 10, 60);
    }

    [Theory]
    [InlineData(First), InlineData("/spool/journal/0000000002.journal")]
    public async Task Without_the_note_of_its_seal_a_segment_is_read_whole_with_the_same_result(string file)
    {
        var disk = await WithMailAsync();
        IReadOnlyList<QueueEntry> entries;
        (SpoolTotals, int) account;
        await using (var spool = await OpenAsync(disk)) (entries, account) = (spool.Entries(), spool.Account);
        disk.Inode(file).Damage(SealNote, new byte[4]);
        await using (var spool = await OpenAsync(disk))
        {
            Assert.Equal(entries, spool.Entries());
            Assert.Equal(account, spool.Account);
        }
        disk.Inode(file).Damage(SealNote, [0, 0x21, 0, 0]); // points at a record that is no seal, or at nothing
        await using var again = await OpenAsync(disk);
        Assert.Equal(entries, again.Entries());
        Assert.Equal(account, again.Account);
        await new TestMail(7, 30_000).AssertStoredAsync(again);
        await new TestMail(59, 4000).AssertStoredAsync(again);
    }

    [Fact]
    public async Task The_totals_outlive_the_segments_that_they_were_counted_in()
    {
        var disk = new SimulatedDisk();
        var options = Options with { CompactionSlack = 64 << 10 };
        await using (var spool = await OpenAsync(disk, options))
        {
            await new TestMail(0, 3000).CommitAsync(spool);
            for (var number = 1; number <= 90; number++)
            {
                await new TestMail(number, 4000).CommitAsync(spool);
                await new TestMail(number, 4000).RecordAsync(spool, new SpoolChange.Completed((Ending)(number % 3)));
                await spool.SettledAsync();
            }
            Assert.DoesNotContain("0000000001.journal", disk.List("/spool/journal"));
        }
        for (var turn = 0; turn < 2; turn++)
        {
            await using var spool = await OpenAsync(disk, options);
            Assert.Equal((new SpoolTotals(91, 30, 30, 30, 0), 1), spool.Account);
        }
        await using (var spool = await OpenAsync(disk, options))
        {
            await new TestMail(0, 3000).RecordAsync(spool, new SpoolChange.Completed(Ending.Removed));
            await spool.SettledAsync();
        }
        await using var last = await OpenAsync(disk, options);
        Assert.Equal((new SpoolTotals(91, 30, 30, 31, 0), 0), last.Account);
        Assert.Equal(new TestMail(90).Id, last.Recovery.NewestId);
    }

    [Fact]
    public async Task A_message_that_damage_took_is_counted_as_lost_once()
    {
        var disk = new SimulatedDisk();
        await using (var spool = await OpenAsync(disk))
            for (var number = 1; number <= 30; number++) await new TestMail(number, 4000).CommitAsync(spool);
        disk.Inode(First).Damage(SealNote, new byte[4]);
        disk.Inode(First).Damage(SegmentFiles.FirstRecord + 1000, "!"u8);
        await using (var spool = await OpenAsync(disk))
        {
            Assert.Contains("1 messages that were accepted are neither queued nor ended: damage has taken them", spool.Recovery.Summary, StringComparison.Ordinal);
            await spool.SettledAsync();
            Assert.Equal((new SpoolTotals(30, 0, 0, 0, 1), 29), spool.Account);
        }
        await using var again = await OpenAsync(disk);
        Assert.Contains("nothing dropped", again.Recovery.Summary, StringComparison.Ordinal);
        Assert.Equal((new SpoolTotals(30, 0, 0, 0, 1), 29), again.Account);
    }

    [Fact]
    public async Task An_unfinished_file_is_not_taken_for_the_reserve()
    {
        var disk = new SimulatedDisk();
        await using (var spool = await OpenAsync(disk)) await spool.SettledAsync();
        Assert.Equal(2, disk.List("/spool/journal").Count);
        // Header and name survived a power cut, the space did not.
        var header = new byte[8192];
        disk.Inode(First).Read(header, 0);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), 3);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(32), Crc32C.Compute(header.AsSpan(0, 32)));
        disk.Delete("/spool/journal/0000000002.journal");
        disk.Create("/spool/journal/0000000003.journal").Dispose();
        disk.Inode("/spool/journal/0000000003.journal").Damage(0, header);
        await using var again = await OpenAsync(disk);
        for (var number = 1; number <= 40; number++) await new TestMail(number, 4000).CommitAsync(again);
        for (var number = 1; number <= 40; number++) await new TestMail(number, 4000).AssertStoredAsync(again);
    }

    [Fact]
    public void The_index_table_does_what_a_dictionary_does()
    {
        var (table, expected, random) = (new IndexTable(), new Dictionary<UInt128, long>(), new Random(7));
        for (var step = 0; step < 60_000; step++)
        {
            var key = new UInt128((ulong)random.Next(3), (ulong)random.Next(20_000) * 62);
            if (random.Next(5) < 3 && !expected.ContainsKey(key))
            {
                table.Add(key, new() { Size = step });
                expected[key] = step;
            }
            else Assert.Equal(expected.Remove(key, out var size), table.Remove(key, out var entry) && entry.Size == size);
        }
        Assert.Equal(expected.Count, table.Count);
        foreach (var (key, size) in expected) Assert.Equal(size, table.Find(key).Size);
        Assert.Equal(expected.OrderBy(static pair => pair.Key), table.All().Select(static row => KeyValuePair.Create(row.Key, row.Entry.Size)).OrderBy(static pair => pair.Key));
    }
}
