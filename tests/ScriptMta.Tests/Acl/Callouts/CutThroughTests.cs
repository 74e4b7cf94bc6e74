using ScriptMta.Reception;
using ScriptMta.Tests.Reception.Dialogues;

namespace ScriptMta.Tests.Acl.Callouts;

/// <summary>A cut-through delivery either ends with the next host's word or with a message in the spool: no recipient that was answered 250 is ever without both (Reception/Dialogues/cutthrough.txt has what Exim does).</summary>
public sealed class CutThroughTests
{
    const string Always = "accept control = cutthrough_delivery";
    static readonly string[] Message = ["Subject: x", "From: a@b.example", "", "hello", "..dot"];

    [Fact]
    public async Task What_the_host_has_taken_is_not_queued()
    {
        await using var trial = await CutThroughTrial.OfAsync(Always);
        Assert.StartsWith("250", await trial.SendAsync(["u@remote.example"], Message), StringComparison.Ordinal);
        Assert.Empty(await trial.QueuedAsync());
        Assert.Contains("  ..dot", await trial.Peer.AllHeardAsync());
    }

    [Fact]
    public async Task A_local_recipient_beside_remote_ones_puts_all_of_them_into_the_queue()
    {
        await using var trial = await CutThroughTrial.OfAsync(Always);
        Assert.StartsWith("250", await trial.SendAsync(["u@remote.example", "v@remote.example", "x@local.example"], Message), StringComparison.Ordinal);
        Assert.Equal(["u@remote.example", "v@remote.example", "x@local.example"], await trial.QueuedAsync());
        Assert.DoesNotContain("DATA", await trial.Peer.AllHeardAsync());
    }

    [Fact]
    public async Task Recipients_of_two_hosts_are_all_queued()
    {
        await using var trial = await CutThroughTrial.OfAsync(Always);
        await trial.SendAsync(["u@remote.example", "v@other.example"], Message);
        Assert.Equal(["u@remote.example", "v@other.example"], await trial.QueuedAsync());
        Assert.DoesNotContain("DATA", await trial.Peer.AllHeardAsync());
    }

    [Fact]
    public async Task A_recipient_that_a_rule_refuses_after_the_callout_does_not_get_the_message()
    {
        await using var trial = await CutThroughTrial.OfAsync("warn control = cutthrough_delivery\n  warn verify = recipient/callout=use_sender\n  accept local_parts = !v");
        await trial.SendAsync(["u@remote.example", "v@remote.example"], Message);
        Assert.Equal(["u@remote.example"], await trial.QueuedAsync());
        Assert.DoesNotContain("DATA", await trial.Peer.AllHeardAsync());
    }

    [Fact]
    public async Task A_discarded_recipient_does_not_get_the_message()
    {
        await using var trial = await CutThroughTrial.OfAsync("warn control = cutthrough_delivery\n  discard local_parts = v\n  accept");
        Assert.StartsWith("250", await trial.SendAsync(["u@remote.example", "v@remote.example"], Message), StringComparison.Ordinal);
        Assert.Empty(await trial.QueuedAsync());
        Assert.DoesNotContain("RCPT TO:<v@remote.example>", await trial.Peer.AllHeardAsync());
    }

    [Theory]
    [InlineData("NOTIFY=SUCCESS", "")]
    [InlineData("", "RET=HDRS")]
    public async Task What_would_be_lost_on_the_way_is_queued(string rcpt, string mail)
    {
        await using var trial = await CutThroughTrial.OfAsync(Always);
        await trial.SendAsync([$"u@remote.example>{(rcpt.Length > 0 ? " " : "")}{rcpt}"], Message, mail);
        Assert.Equal(["u@remote.example"], await trial.QueuedAsync());
    }

    [Theory]
    [InlineData("DATA => SILENT")]
    [InlineData("DATA => 550 no")]
    [InlineData("DATA => hello")]
    [InlineData("DATA => CLOSE")]
    [InlineData(". => CLOSE")]
    [InlineData(". => SILENT")]
    [InlineData(". => hello")]
    [InlineData(". => 421 closing")]
    public async Task A_host_that_gives_no_word_leaves_the_message_in_the_queue(string script)
    {
        await using var trial = await CutThroughTrial.OfAsync(Always, script);
        Assert.StartsWith("250", await trial.SendAsync(["u@remote.example"], Message), StringComparison.Ordinal);
        Assert.Equal(["u@remote.example"], await trial.QueuedAsync());
    }

    [Theory]
    [InlineData(". => 421 closing", "451 closing")]
    [InlineData(". => 452-4.2.2 full\\n452 4.2.2 really", "452-4.2.2 full\n452 4.2.2 really")]
    [InlineData("DATA => CLOSE", "450 4.4.0 Onward transmission not accepted")]
    public async Task With_defer_pass_the_client_hears_it_and_nothing_is_queued(string script, string reply)
    {
        await using var trial = await CutThroughTrial.OfAsync(Always + "/defer=pass", script);
        Assert.Equal(reply, await trial.SendAsync(["u@remote.example"], Message));
        Assert.Empty(await trial.QueuedAsync());
    }

    [Fact]
    public void A_message_that_every_hop_must_encrypt_is_not_sent_on_in_the_clear()
    {
        Assert.True(CutThroughDelivery.IsPossible(new Transaction()));
        Assert.False(CutThroughDelivery.IsPossible(new Transaction { RequiresTls = true }));
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_message_leaves_nothing_anywhere()
    {
        await using var trial = await CutThroughTrial.OfAsync(Always);
        await trial.BreakAsync("u@remote.example", "Subject: x\r\n\r\nhalf");
        Assert.Empty(await trial.QueuedAsync());
        Assert.DoesNotContain("DATA", await trial.Peer.AllHeardAsync());
    }

    [Fact]
    public async Task A_large_message_goes_through_whole()
    {
        await using var trial = await CutThroughTrial.OfAsync(Always);
        var lines = Enumerable.Range(0, 60_000).Select(static n => $"{n} a line of a message that is bigger than what is kept in memory").ToArray();
        Assert.StartsWith("250", await trial.SendAsync(["u@remote.example"], ["Subject: x", "", .. lines]), StringComparison.Ordinal);
        var heard = await trial.Peer.AllHeardAsync();
        Assert.Equal(lines, heard.Where(static l => l.EndsWith("kept in memory", StringComparison.Ordinal)).Select(static l => l[2..]));
    }
}
