using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>Alone, because other tests' memory would be counted too.</summary>
[CollectionDefinition(nameof(IndexTests), DisableParallelization = true)]
[Collection(nameof(IndexTests))]
public sealed class IndexTests
{
    [Fact]
    public void A_queued_message_takes_at_most_100_bytes_of_memory()
    {
        const int count = 100_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var index = new SpoolIndex();
        for (var number = 0; number < count; number++)
            index.Add((UInt128)number * 1_000_003, IndexEntry.For(new JournalItem(RecordType.Message, RecordFlags.None, 0, new(1, (uint)number)) { RecordLength = 184, Size = 4000 }), isNew: true);
        var perMessage = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
        Assert.Equal(count, index.Count);
        Assert.InRange(perMessage, 50, 100);
    }
}
