using ScriptMta.Mail;

namespace ScriptMta.Tests.Mail;

public sealed class MessageIdTests
{
    sealed class JumpingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_743_069_729);
        public override DateTimeOffset GetUtcNow() => Now;
    }

    [Fact]
    public void An_id_has_three_parts_and_tells_its_second()
    {
        var clock = new JumpingClock();
        var id = new MessageIdSource(clock, 12345).Next();
        Assert.Matches("^[0-9A-Za-z]{6}-[0-9A-Za-z]{11}-[0-9A-Za-z]{4}$", id.Text);
        Assert.True(MessageId.TryParse(id.Text, out var parsed));
        Assert.Equal(clock.Now, parsed.Time);
    }

    [Fact]
    public void Ids_stay_unique_and_ordered_when_the_clock_jumps_back()
    {
        var clock = new JumpingClock();
        var source = new MessageIdSource(clock, 1);
        var ids = new List<MessageId>();
        for (var i = 0; i < 10_000; i++)
        {
            if (i == 5000) clock.Now -= TimeSpan.FromHours(1);
            ids.Add(source.Next());
        }
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(ids.Order(), ids);
    }

    [Fact]
    public void Ids_stay_behind_those_of_an_earlier_process_whose_clock_was_ahead()
    {
        var clock = new JumpingClock();
        var before = new MessageIdSource(clock, 1);
        before.Next();
        var newest = before.Next();
        clock.Now -= TimeSpan.FromDays(1);
        var next = new MessageIdSource(clock, 1, newest).Next();
        Assert.True(next.CompareTo(newest) > 0);
        clock.Now += TimeSpan.FromDays(2);
        Assert.Equal(clock.Now, new MessageIdSource(clock, 1, newest).Next().Time);
    }

    [Fact]
    public void An_id_is_16_bytes_and_keeps_its_text_and_order()
    {
        Assert.Equal(16, System.Runtime.CompilerServices.Unsafe.SizeOf<MessageId>());
        foreach (var text in (string[])["000000-00000000000-0000", "zzzzzz-zzzzzzzzzzz-zzzz", "1w0AaZ-0000000abcd-9zZ0", "0z0Z0a-A1b2C3d4E5f-0001"])
            Assert.Equal(text, new MessageId(text).Text);
        Assert.True(new MessageId("1w0000-00000000000-0001").CompareTo(new MessageId("1w0001-00000000000-0000")) < 0);
        Assert.Throws<ArgumentException>(() => new MessageId("1w0000-00000000000-00/1"));
    }

    [Theory]
    [InlineData("1tDqYw-00000005vi-000")]
    [InlineData("1tDqYw_00000005vi-0000")]
    [InlineData("1tDqYw-0000000/../-0000")]
    [InlineData("")]
    public void Other_texts_are_no_ids(string text) => Assert.False(MessageId.TryParse(text, out _));
}
