using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>spool verify: what is wrong is found with its place, what is right is not complained of, and nothing is changed.</summary>
public sealed class SpoolCheckTests
{
    const string First = "/spool/journal/0000000001.journal";

    static readonly SpoolOptions Options = new() { Directory = "/spool", SegmentSize = 64 << 10, CompactionSlack = 1 << 20, ReserveSpace = 0, InlineLimit = 20_000 };

    static ValueTask<JournalSpool> OpenAsync(SimulatedDisk disk) => JournalSpool.OpenAsync(Options, disk, new ManualClock(), CancellationToken.None);

    static SpoolReport Check(SimulatedDisk disk)
    {
        var before = disk.Steps;
        var report = new SpoolCheck(Options, disk).Run(CancellationToken.None);
        Assert.Equal(before, disk.Steps);
        return report;
    }

    /// <summary>50 messages over several segments, 12 of them ended, one with a body file.</summary>
    static async Task<SimulatedDisk> WithMailAsync()
    {
        var disk = new SimulatedDisk();
        await using var spool = await OpenAsync(disk);
        for (var number = 1; number <= 50; number++)
        {
            var mail = new TestMail(number, number == 7 ? 30_000 : 4000);
            await mail.CommitAsync(spool);
            await mail.RecordAsync(spool, new SpoolChange.Done($"outcome-{number}-one"));
            await mail.RecordAsync(spool, new SpoolChange.Done($"outcome-{number}-two"));
            if (number % 4 == 0) await mail.RecordAsync(spool, new SpoolChange.Completed((Ending)(number % 3)));
        }
        return disk;
    }

    static long Find(SimulatedDisk disk, string text)
    {
        var content = new byte[disk.Inode(First).Length];
        disk.Inode(First).Read(content, 0);
        return content.AsSpan().IndexOf(System.Text.Encoding.Latin1.GetBytes(text));
    }

    [Fact]
    public async Task A_sound_spool_balances()
    {
        var disk = await WithMailAsync();
        var report = Check(disk);
        Assert.True(report.IsSound, string.Join('\n', report.Findings));
        Assert.Equal((50, 4, 4, 4, 38), ((int)report.Totals.Accepted, (int)report.Totals.Delivered, (int)report.Totals.Bounced, (int)report.Totals.Removed, report.Queued));
        Assert.InRange(report.Records, 50 * 3 + 12, 50 * 3 + 12 + 20);
        Assert.Equal(1, report.BodyFiles);
        Assert.Empty(report.Notes);
    }

    [Fact]
    public async Task It_may_run_while_the_owner_works()
    {
        var disk = await WithMailAsync();
        await using var spool = await OpenAsync(disk);
        using var stop = new CancellationTokenSource();
        var work = Task.Run(async () =>
        {
            for (var number = 100; !stop.IsCancellationRequested && number < 3000; number++)
            {
                await new TestMail(number, number % 9 == 0 ? 25_000 : 3000).CommitAsync(spool);
                await new TestMail(number).RecordAsync(spool, new SpoolChange.Completed());
            }
        });
        for (var turn = 0; turn < 10; turn++)
        {
            var report = new SpoolCheck(Options, disk).Run(CancellationToken.None);
            Assert.True(report.IsSound, string.Join('\n', report.Findings));
            Assert.True(report.Queued >= 38);
        }
        await stop.CancelAsync();
        await work;
    }

    [Fact]
    public async Task Damage_to_a_body_is_found_with_its_place_and_its_message()
    {
        var disk = await WithMailAsync();
        var at = Find(disk, "outcome-1-one") - 2000;
        disk.Inode(First).Damage(at, "!"u8);
        var report = Check(disk);
        Assert.False(report.IsSound);
        Assert.Equal($"{First}:{SegmentFiles.FirstRecord + 120}", report.Findings[0].ToString().Split(": ")[0]);
        Assert.Contains("bytes are no intact record, though they had been on stable storage", report.Findings[0].Text, StringComparison.Ordinal);
        Assert.Contains(report.Findings, f => f.Id == new TestMail(1).Id && f.Text.StartsWith($"message {f.Id} cannot be delivered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lost_outcome_is_found_as_a_delivery_that_may_be_repeated()
    {
        var disk = await WithMailAsync();
        disk.Inode(First).Damage(Find(disk, "outcome-1-one"), "!"u8);
        Assert.Contains(Check(disk).Findings, f => f.Id == new TestMail(1).Id && f.Text.EndsWith("so deliveries may be repeated", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Damage_to_what_has_left_is_found_too()
    {
        var disk = await WithMailAsync();
        disk.Inode(First).Damage(Find(disk, "outcome-4-one"), "!"u8);
        Assert.Equal(First, Assert.Single(Check(disk).Findings).File);
    }

    [Fact]
    public async Task Body_files_are_read_and_missed()
    {
        var disk = await WithMailAsync();
        disk.Inode("/spool/bodies/" + new TestMail(7).Id).Damage(29_000, "!"u8);
        Assert.Contains("wrong checksum", Assert.Single(Check(disk).Findings).Text, StringComparison.Ordinal);
        disk.Delete("/spool/bodies/" + new TestMail(7).Id);
        Assert.Contains($"the body file /spool/bodies/{new TestMail(7).Id} cannot be opened", Assert.Single(Check(disk).Findings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_write_at_the_end_is_a_note_and_no_fault()
    {
        var disk = await WithMailAsync();
        var last = "/spool/journal/" + disk.List("/spool/journal").Order().Last(name => disk.Inode("/spool/journal/" + name).Length > 0 && Used(disk, name));
        disk.Inode(last).Damage((64 << 10) - 100, new byte[] { 1, 2, 3 });
        var report = Check(disk);
        Assert.True(report.IsSound);
        Assert.Contains("of an interrupted write, which the next start drops", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    static bool Used(SimulatedDisk disk, string name)
    {
        var content = new byte[100];
        disk.Inode("/spool/journal/" + name).Read(content, SegmentFiles.FirstRecord);
        return content.AsSpan().ContainsAnyExcept((byte)0);
    }

    [Fact]
    public async Task A_snapshot_gives_messages_as_they_were_accepted()
    {
        var disk = await WithMailAsync();
        using var snapshot = SpoolSnapshot.Open(Options, disk);
        Assert.Equal(38, snapshot.Ids().Count);
        foreach (var number in (int[])[1, 7, 50])
        {
            var mail = new TestMail(number, number == 7 ? 30_000 : 4000);
            Assert.Equal([$"outcome-{number}-one", $"outcome-{number}-two"], snapshot.Read(mail.Id, out var broken)!.State.DoneKeys.Order());
            Assert.False(broken);
            await using var body = snapshot.OpenBody(mail.Id);
            var bytes = new MemoryStream();
            await body.CopyToAsync(bytes);
            Assert.Equal(mail.Body, bytes.ToArray());
        }
        Assert.Null(snapshot.Read(new TestMail(4).Id, out _));
    }
}
