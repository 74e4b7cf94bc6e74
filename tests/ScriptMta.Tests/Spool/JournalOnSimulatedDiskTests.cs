using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>The contract with small segments and short writes, so that rolling over, oversized records and compaction take part.</summary>
public sealed class JournalOnSimulatedDiskTests : SpoolContract
{
    readonly SimulatedDisk _disk = new() { ShortWrites = true };

    private protected override async ValueTask<ISpool> OpenAsync() => await JournalSpool.OpenAsync(
        new() { Directory = "/spool", SegmentSize = 128 << 10, CompactionSlack = 128 << 10, InlineLimit = 256 << 10 },
        _disk, TimeProvider.System, CancellationToken.None);
}
