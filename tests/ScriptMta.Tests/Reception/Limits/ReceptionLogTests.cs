using System.Text.Json;
using ScriptMta.Logging;

namespace ScriptMta.Tests.Reception;

/// <summary>What a session leaves in the logs, as Exim 4.96 was seen to write it.</summary>
public sealed class ReceptionLogTests
{
    static async Task SendAsync(TestClient client, string message, params string[] recipients)
    {
        await client.SayAsync("MAIL FROM:<a@b.c>");
        foreach (var recipient in recipients) await client.SayAsync($"RCPT TO:<{recipient}>");
        await client.SayAsync("DATA");
        await client.SayAsync(message + "\r\n.");
    }

    static async Task<TestClient> GreetedAsync(ReceptionFixture fixture)
    {
        var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO x.example");
        return client;
    }

    const string Refusing = "acl_smtp_rcpt = accept\nacl_smtp_data = deny message = no thanks\n";

    [Fact]
    public async Task The_reject_log_has_envelope_and_header_of_a_refused_message()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Refusing);
        await using var client = await GreetedAsync(fixture);
        await SendAsync(client, "Subject: bad\r\nFrom: x@y.z\r\nTo: u@v.w,\r\n\tk@l.m\r\nResent-Cc: c@d.e\r\nX-A: b\x07\r\n\r\nbody", "d1@e.f", "d2@e.f", "d3@e.f", "d4@e.f", "d5@e.f", "d6@e.f");
        var lines = fixture.Log(LogFile.Reject).Split('\n');
        Assert.EndsWith(" H=(x.example) [192.0.2.5] F=<a@b.c> rejected after DATA: no thanks", lines[0], StringComparison.Ordinal);
        Assert.Equal(["Envelope-from: <a@b.c>", "Envelope-to: <d1@e.f>", "    <d2@e.f>", "    <d3@e.f>", "    <d4@e.f>", "    <d5@e.f>", "    ...", "P Received: from [192.0.2.5] (helo=x.example)"], lines[1..9]);
        Assert.Equal(["  Subject: bad", "F From: x@y.z", "T To: u@v.w,", "\tk@l.m", "C Resent-Cc: c@d.e", "  X-A: b\\007", ""], lines[^7..]);
        Assert.DoesNotContain("Envelope-from", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_too_big_leaves_its_header_too()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\nmessage_size_limit = 100\n");
        await using var client = await GreetedAsync(fixture);
        await SendAsync(client, $"Subject: big\r\n\r\n{new string('x', 500)}", "d@e.f");
        Assert.Contains("max=100\nEnvelope-from: <a@b.c>\nEnvelope-to: <d@e.f>\n  Subject: big\n", fixture.Log(LogFile.Reject), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Subj", " (header)")]
    [InlineData("Subject: x\r\n", " (after header)")]
    [InlineData("Subject: x\r\n\r\nbody", "")]
    public async Task A_client_that_leaves_in_the_message_is_logged_with_the_place(string sent, string place)
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\n");
        await using (var client = await GreetedAsync(fixture))
        {
            await client.SayAsync("MAIL FROM:<a@b.c>");
            await client.SayAsync("RCPT TO:<d@e.f>");
            await client.SayAsync("DATA");
            await client.SendAsync(sent);
        }
        Assert.EndsWith($" SMTP connection from (x.example) [192.0.2.5] lost while reading message data{place}\n", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_and_interface_are_shown_when_selected()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\n", logSelectors: "incoming_port incoming_interface receive_time");
        await using var client = await GreetedAsync(fixture);
        await SendAsync(client, "Subject: x\r\n", "d@e.f");
        Assert.Matches(@" <= a@b\.c H=\(x\.example\) \[192\.0\.2\.5\]:4711 I=\[192\.0\.2\.1\]:25 P=esmtp S=\d+ RT=0s\n", fixture.Log());
        Assert.StartsWith(" from [192.0.2.5] (port=4711 helo=x.example)\n\t", Assert.Single(await fixture.StoredAsync()).Message.Headers.First("Received")!.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_JSON_log_has_the_facts_of_arrivals_and_rejections()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = ${if eq{$local_part}{bad}{refuse}{accept}}\nbegin acl\nrefuse:\n  deny message = bad one\naccept:\n  accept\n",
            logOptions: options => options with { IsJson = true });
        await using var client = await GreetedAsync(fixture);
        await SendAsync(client, "Subject: a \"quoted\" F=<forged> one\r\nMessage-ID: <m@i.d>\r\n", "bad@e.f", "good@e.f");
        var entries = fixture.Log().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var rejection = Assert.Single(entries, e => e.GetProperty("event").GetString() == "rejection");
        Assert.Equal("RCPT <bad@e.f> bad one a@b.c 192.0.2.5 x.example", Values(rejection, "where", "recipient", "reason", "sender", "host_address", "helo"));
        var arrival = Assert.Single(entries, e => e.GetProperty("event").GetString() == "arrival");
        Assert.Equal("a@b.c esmtp m@i.d a \"quoted\" F=<forged> one", Values(arrival, "sender", "protocol", "message_id", "subject"));
        Assert.Equal("good@e.f", Assert.Single(arrival.GetProperty("recipients").EnumerateArray()).GetString());
    }

    static string Values(JsonElement entry, params string[] names) => string.Join(' ', names.Select(name => entry.GetProperty(name).GetString()));
}
