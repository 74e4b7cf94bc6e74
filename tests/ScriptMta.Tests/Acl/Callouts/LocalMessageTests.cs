using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Reception;
using ScriptMta.Tests.Reception;
using ScriptMta.Tests.Reception.Dialogues;

namespace ScriptMta.Tests.Acl.Callouts;

/// <summary>verify in acl_not_smtp: messages from programs on this machine are asked about as those from hosts are; the log lines are Exim 4.96's.</summary>
public sealed class LocalMessageTests
{
    [Theory]
    [InlineData("yes@remote.example", "yes@remote.example", "")]
    [InlineData("no@remote.example", "yes@remote.example", "Sender verify failed")]
    [InlineData("yes@remote.example", "no@remote.example", "there is no valid sender in any header line")]
    [InlineData("yes@remote.example", "a@@b", "syntax error in 'From:' header when scanning for sender: domain missing or malformed in \"a@@b\"")]
    [InlineData("later@remote.example", "yes@remote.example", "Could not complete sender verify callout")]
    public async Task A_local_message_is_refused_when_its_senders_do_not_verify(string sender, string from, string why)
    {
        await using var peer = new ScriptedPeer("RCPT TO:<no => 550 no", "RCPT TO:<later => 450 later");
        await using var fixture = await ReceptionFixture.OfAsync($"""
            acl_not_smtp = check
            begin acl
            check:
              require verify = sender/callout
              require verify = header_sender/callout
              accept
            begin routers
            remote:
              driver = accept
              domains = remote.example
              transport = smtp
            local:
              driver = redirect
              data = :blackhole:
            begin transports
            smtp:
              driver = smtp
              hosts = 127.0.0.1
              port = {peer.Port}
              allow_localhost
            """);
        using var input = new MemoryStream(Latin1.Encode($"From: {from}\nSubject: x\n\ntext\n"));
        var request = new SubmissionRequest { CallerUid = 0, CallerGid = 0, Sender = sender, Recipients = ["x@local.example"] };
        var result = await new LocalSubmission(fixture.Spool, () => fixture.Rules, fixture.Ids).AcceptAsync(request, input, CancellationToken.None);
        Assert.Equal(why.Length == 0 ? 1 : 0, (await fixture.StoredAsync()).Count);
        Assert.Equal(why.Length == 0, result.ExitCode == ExitCode.Ok);
        if (why.Length > 0) Assert.Contains($"F=<{sender}> rejected by non-SMTP ACL: {why}\n", fixture.Log(), StringComparison.Ordinal);
    }
}
