using System.Text;
using System.Text.Json;
using ScriptMta.Admin;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Admin;

public sealed class ListingFormatsTests
{
    static readonly DateTimeOffset Now = new(2025, 3, 27, 12, 0, 0, TimeSpan.Zero);

    static QueueListing Message(TimeSpan age, long size, string sender = "james@example.com", bool frozen = false, bool delivering = false) => new(
        new MessageId("1tDqYw-000000005vi-0000"), size, Now - age, sender, frozen, delivering, Now,
        [new("a@b.example", Done: true, null), new("c@d.example", Done: false, new(Now, Now, Now, "refused", "Connection refused"))]);

    static string Exim(QueueListing message, string flags = "") => Print("exim", flags, message);

    static string Print(string name, string flags, params QueueListing[] messages)
    {
        var format = ListingFormat.ByName(name, Now, flags)!;
        using var output = new MemoryStream();
        var entries = messages.Select(m => new QueueEntry(m.Id, m.Size, m.ReceivedAt, m.NextAttempt, m.Frozen)).ToList();
        ListingStream.PrintAsync(entries, e => messages.FirstOrDefault(m => m.Id == e.Id), format, new StandardOutput(output, Stream.Null), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return Encoding.Latin1.GetString(output.ToArray());
    }

    [Theory]
    [InlineData(0, 297, " 0m   297")]
    [InlineData(90, 1023, "90m  1023")]
    [InlineData(91, 1024, " 2h  1.0K")]
    [InlineData(72 * 60, 20_480, "72h   20K")]
    [InlineData(73 * 60, 1_572_864, " 3d  1.5M")]
    [InlineData(30 * 24 * 60, 20_971_520, "30d   20M")]
    public void Ages_and_sizes_are_short(int minutes, long size, string start) =>
        Assert.StartsWith(start + " 1tDqYw-000000005vi-0000 <james@example.com>\n", Exim(Message(TimeSpan.FromMinutes(minutes), size)), StringComparison.Ordinal);

    [Fact]
    public void Delivered_recipients_are_marked_and_frozen_messages_named()
    {
        Assert.Equal(" 0m   297 1tDqYw-000000005vi-0000 <> *** frozen ***\n        D a@b.example\n          c@d.example\n\n", Exim(Message(default, 297, "", frozen: true)));
        Assert.DoesNotContain("a@b.example", Exim(Message(default, 297), "u"), StringComparison.Ordinal);
        Assert.Equal("1tDqYw-000000005vi-0000\n", Exim(Message(default, 297), "i"));
    }

    [Fact]
    public void Mailq_prints_the_traditional_listing()
    {
        var text = Print("sendmail", "", Message(default, 441, delivering: true));
        var arrival = Now.ToLocalTime().ToString("ddd MMM dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal($"""
            -Queue ID- --Size-- ----Arrival Time---- -Sender/Recipient-------
            1tDqYw-000000005vi-0000*     441 {arrival}  james@example.com
            (Connection refused)
                                                     c@d.example

            -- 0 Kbytes in 1 Request.

            """, text);
        Assert.Equal("Mail queue is empty\n", Print("sendmail", ""));
    }

    [Fact]
    public void Json_has_the_same_facts()
    {
        using var json = JsonDocument.Parse(Print("json", "", Message(default, 441, frozen: true)));
        var message = json.RootElement[0];
        Assert.True(message.GetProperty("frozen").GetBoolean());
        Assert.Equal("Connection refused", message.GetProperty("recipients")[1].GetProperty("error").GetString());
    }
}
