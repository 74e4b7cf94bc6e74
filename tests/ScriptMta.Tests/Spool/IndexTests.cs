using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>Alone, because other tests' memory would be counted too.</summary>
[CollectionDefinition(nameof(IndexTests), DisableParallelization = true)]
[Collection(nameof(IndexTests))]
public sealed class IndexTests
{
    [Fact]
    public void A_queued_message_takes_at_most_250_bytes_of_memory()
    {
        const int count = 100_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var index = new SpoolIndex();
        for (var number = 0; number < count; number++)
            index.Add((UInt128)number * 1_000_003, IndexEntry.For(new(1, (uint)number), new() { Type = RecordType.Message, HeadLength = 100 }, 4000, TestMail.Epoch));
        var perMessage = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
        Assert.Equal(count, index.Count);
        Assert.InRange(perMessage, 50, 250);
    }

    [Fact]
    public void A_message_id_survives_its_short_form()
    {
        foreach (var text in (string[])["000000-00000000000-0000", "zzzzzz-zzzzzzzzzzz-zzzz", "1w0AaZ-0000000abcd-9zZ0"])
            Assert.Equal(text, MessageKey.ToId(MessageKey.Of(new MessageId(text))).Text);
        Assert.True(MessageKey.Of(new MessageId("1w0000-00000000000-0001")) < MessageKey.Of(new MessageId("1w0001-00000000000-0000")));
        Assert.Null(MessageKey.TryParse("1w0000-00000000000-00/1"));
    }
}
