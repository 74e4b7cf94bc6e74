using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>What damage costs: the record that it hit, never those behind, and never silently.</summary>
public sealed class RecoveryTests
{
    const string First = "/spool/journal/0000000001.journal";

    static readonly SpoolOptions Options = new() { Directory = "/spool", SegmentSize = 64 << 10, CompactionSlack = 1 << 20, ReserveSpace = 0 };

    static ValueTask<JournalSpool> OpenAsync(SimulatedDisk disk, SpoolOptions? options = null) =>
        JournalSpool.OpenAsync(options ?? Options, disk, new ManualClock(), CancellationToken.None);

    static async Task<SimulatedDisk> WithMailAsync(params int[] numbers)
    {
        var disk = new SimulatedDisk();
        await using var spool = await OpenAsync(disk);
        foreach (var number in numbers) await new TestMail(number, 1000).CommitAsync(spool);
        return disk;
    }

    /// <summary>Where a body stands in the first segment.</summary>
    static long Find(SimulatedDisk disk, TestMail mail)
    {
        var content = new byte[disk.Inode(First).Length];
        disk.Inode(First).Read(content, 0);
        return content.AsSpan().IndexOf(mail.Body);
    }

    [Fact]
    public async Task A_fresh_spool_and_a_clean_one_report_that_nothing_was_dropped()
    {
        var disk = new SimulatedDisk();
        await using (var spool = await OpenAsync(disk)) Assert.Equal("spool /spool: 0 messages in 1 segments; nothing dropped", spool.Recovery.Summary);
        await using (var spool = await OpenAsync(disk)) await new TestMail(1).CommitAsync(spool);
        await using var again = await OpenAsync(disk);
        Assert.Equal(new SpoolRecovery(1, 1, 0, "spool /spool: 1 messages in 1 segments; nothing dropped", new TestMail(1).Id), again.Recovery);
    }

    [Fact]
    public async Task Damage_in_the_middle_costs_one_message_and_the_file_is_kept()
    {
        var disk = await WithMailAsync(1, 2, 3);
        disk.Inode(First).Damage(Find(disk, new(2, 1000)) + 500, "!"u8);
        await using (var spool = await OpenAsync(disk))
        {
            Assert.Equal(2, spool.Recovery.Messages);
            Assert.InRange(spool.Recovery.DroppedBytes, 1000, 2000);
            Assert.Matches("segment 1 bytes [0-9]+ to [0-9]+ damaged: what it held is lost, the file will be kept", spool.Recovery.Summary);
            await AssertOneAndThreeAsync(spool);
            await spool.SettledAsync();
            await AssertOneAndThreeAsync(spool);
        }
        Assert.Single(disk.List("/spool/damaged"));
        await using var again = await OpenAsync(disk);
        Assert.Equal(0, again.Recovery.DroppedBytes);
        await AssertOneAndThreeAsync(again);
    }

    static async Task AssertOneAndThreeAsync(JournalSpool spool)
    {
        Assert.Equal([new TestMail(1).Id, new TestMail(3).Id], spool.Entries().Select(static entry => entry.Id));
        await new TestMail(1, 1000).AssertStoredAsync(spool);
        await new TestMail(3, 1000).AssertStoredAsync(spool);
    }

    [Fact]
    public async Task A_lost_outcome_breaks_the_chain_and_the_others_are_found()
    {
        var disk = new SimulatedDisk();
        await using (var spool = await OpenAsync(disk))
        {
            await new TestMail(1).CommitAsync(spool);
            foreach (var key in (string[])["first", "second-outcome", "third"]) await new TestMail(1).RecordDurablyAsync(spool, new SpoolChange.Done(key));
        }
        var content = new byte[disk.Inode(First).Length];
        disk.Inode(First).Read(content, 0);
        disk.Inode(First).Damage(content.AsSpan().IndexOf("second-outcome"u8), "X"u8);
        await using var again = await OpenAsync(disk);
        var before = (await new TestMail(1).AssertStoredAsync(again)).State;
        await again.SettledAsync();
        var after = (await new TestMail(1).AssertStoredAsync(again)).State;
        Assert.Equal(["first", "third"], before.DoneKeys.Order());
        Assert.Equal(["first", "third"], after.DoneKeys.Order());
    }

    [Fact]
    public async Task A_torn_end_is_dropped_once_and_counted_exactly()
    {
        var disk = await WithMailAsync(1, 2);
        var end = Find(disk, new(2, 1000)) + 1000 + 7 & ~7L;
        disk.Inode(First).Damage(end + 8, new byte[40].Select(static _ => (byte)0xAA).ToArray());
        await using (var spool = await OpenAsync(disk))
        {
            Assert.Equal(2, spool.Recovery.Messages);
            Assert.InRange(spool.Recovery.DroppedBytes, 40, 56);
            Assert.Contains("of an interrupted write at the end of segment 1", spool.Recovery.Summary, StringComparison.Ordinal);
        }
        await using var again = await OpenAsync(disk);
        Assert.Equal(0, again.Recovery.DroppedBytes);
    }

    [Fact]
    public async Task Losing_one_copy_of_a_segments_header_loses_nothing()
    {
        var disk = await WithMailAsync(1);
        disk.Inode(First).Damage(0, new byte[4096]);
        await using var spool = await OpenAsync(disk);
        await new TestMail(1, 1000).AssertStoredAsync(spool);
    }

    [Fact]
    public async Task Losing_both_copies_keeps_the_file_for_people()
    {
        var disk = await WithMailAsync(1);
        disk.Inode(First).Damage(0, new byte[8192]);
        await using var spool = await OpenAsync(disk);
        Assert.Equal(0, spool.Recovery.Messages);
        Assert.Contains("segment 1 has lost its header and cannot be read: kept as /spool/damaged/0000000001-", spool.Recovery.Summary, StringComparison.Ordinal);
        await new TestMail(2).CommitAsync(spool);
    }

    [Fact]
    public async Task Another_format_version_is_refused_by_name()
    {
        var disk = await WithMailAsync(1);
        var header = new byte[64];
        disk.Inode(First).Read(header, 0);
        header[16] = 9;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(32), Crc32C.Compute(header.AsSpan(0, 32)));
        disk.Inode(First).Damage(0, header);
        var error = await Assert.ThrowsAsync<SpoolException>(() => OpenAsync(disk).AsTask());
        Assert.Equal(SpoolFault.Corrupt, error.Fault);
        Assert.Contains("has spool format 9, this version reads 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_looks_like_records_is_never_read_as_such()
    {
        var disk = await WithMailAsync(1);
        var copy = new byte[4000];
        disk.Inode(First).Read(copy, SegmentFiles.FirstRecord);
        await using (var spool = await OpenAsync(disk))
        {
            await using var draft = spool.Begin(new TestMail(2).Id);
            await draft.AppendAsync(copy, CancellationToken.None);
            await spool.CommitAsync(new TestMail(2).Envelope, new TestMail(2).Headers, draft, default, CancellationToken.None);
            await new TestMail(1).RecordDurablyAsync(spool, new SpoolChange.Completed());
            await new TestMail(3).CommitAsync(spool);
        }
        var content = new byte[disk.Inode(First).Length];
        disk.Inode(First).Read(content, 0);
        disk.Inode(First).Damage(content.AsSpan(9000).IndexOf("number 2"u8) + 9000, "X"u8);
        await using var again = await OpenAsync(disk);
        Assert.Equal([new TestMail(3).Id], again.Entries().Select(static entry => entry.Id));
    }

    [Fact]
    public async Task A_damaged_or_missing_large_body_is_named_and_never_delivered()
    {
        var options = Options with { InlineLimit = 1000 };
        var disk = new SimulatedDisk();
        await using (var spool = await OpenAsync(disk, options))
            for (var number = 1; number <= 3; number++) await new TestMail(number, 5000).CommitAsync(spool);
        disk.Inode("/spool/bodies/" + new TestMail(1).Id).Damage(4000, "!"u8);
        disk.Inode("/spool/bodies/" + new TestMail(2).Id).Damage(5000, "longer"u8);
        disk.Delete("/spool/bodies/" + new TestMail(3).Id);
        await using var again = await OpenAsync(disk, options);
        Assert.Contains($"the body of {new TestMail(2).Id} has 5006 instead of 5000 bytes", again.Recovery.Summary, StringComparison.Ordinal);
        Assert.Contains($"the body file of {new TestMail(3).Id} is missing", again.Recovery.Summary, StringComparison.Ordinal);
        Assert.Equal(SpoolFault.Corrupt, (await Assert.ThrowsAsync<SpoolException>(() => new TestMail(1, 5000).ReadBodyAsync(again))).Fault);
        Assert.Equal(SpoolFault.Corrupt, (await Assert.ThrowsAsync<SpoolException>(() => new TestMail(3, 5000).ReadBodyAsync(again))).Fault);
    }

    [Fact]
    public async Task Body_files_that_no_message_names_are_deleted()
    {
        var disk = await WithMailAsync(1);
        disk.Create("/spool/bodies/" + new TestMail(9).Id).Dispose();
        await using var spool = await OpenAsync(disk);
        Assert.Empty(disk.List("/spool/bodies"));
        Assert.Contains("1 body files of unfinished or finished messages deleted", spool.Recovery.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_larger_than_a_segment_gets_one_of_its_own()
    {
        var options = Options with { SegmentSize = 16 << 10 };
        var disk = new SimulatedDisk();
        await using (var spool = await OpenAsync(disk, options))
        {
            await new TestMail(1, 500).CommitAsync(spool);
            await new TestMail(2, 200_000).CommitAsync(spool);
            await new TestMail(3, 500).CommitAsync(spool);
        }
        await using var again = await OpenAsync(disk, options);
        foreach (var mail in (TestMail[])[new(1, 500), new(2, 200_000), new(3, 500)]) await mail.AssertStoredAsync(again);
        Assert.Equal(0, again.Recovery.DroppedBytes);
    }
}
