using System.Text;
using ScriptMta.Smtp;

namespace ScriptMta.Tests.Smtp;

/// <summary>One message to a sink in memory, and what became of each recipient in one line.</summary>
static class SinkTalk
{
    public const string Head = "From: x@test.org\nSubject: s\n\n";

    public static SmtpClientSettings Settings { get; } = new()
    {
        HeloName = "mx.test.org", TryChunking = true, TryPrdr = true, CommandTimeout = TimeSpan.FromSeconds(30), DataTimeout = TimeSpan.FromSeconds(30), FinalTimeout = TimeSpan.FromSeconds(30),
    };

    public static SmtpClientSettings Hasty { get; } = Settings with { CommandTimeout = TimeSpan.FromMilliseconds(50), DataTimeout = TimeSpan.FromMilliseconds(50), FinalTimeout = TimeSpan.FromMilliseconds(50) };

    public static OutgoingMail Mail(string body, params string[] recipients) => new()
    {
        ReturnPath = "s@test.org", Recipients = recipients, SizeToDeclare = 1320, Content = new(Encoding.Latin1.GetBytes(Head), _ => new(new MemoryStream(Encoding.Latin1.GetBytes(body))), body.Length),
    };

    public static Task<string[]> SendAsync(MemorySink sink, params string[] recipients) => SendAsync(sink, Settings, Mail("body\n.dot\nlast", recipients));

    public static async Task<string[]> SendAsync(MemorySink sink, SmtpClientSettings settings, OutgoingMail mail)
    {
        switch (await SmtpDialer.GreetAsync(sink.Peer(), settings, CancellationToken.None))
        {
            case DialResult.Refused refused: return [Say(new RecipientResult.Refused(refused.Step, refused.Command, refused.Reply))];
            case DialResult.Broken broken: return [Say(new RecipientResult.Broken(broken.Trouble))];
            case DialResult.Opened opened:
                var transaction = new SmtpTransaction(opened.Peer, settings, mail);
                var results = await transaction.RunAsync(CancellationToken.None);
                if (transaction.CanContinue) await opened.Peer.QuitAsync(); else await opened.Peer.DisposeAsync();
                return [.. results.Select(Say)];
            default: throw new InvalidOperationException();
        }
    }

    public static string Say(RecipientResult result) => result switch
    {
        RecipientResult.Accepted accepted => accepted.Final.Text,
        RecipientResult.Refused refused => refused.Text,
        RecipientResult.Broken broken => broken.Trouble.Text,
        _ => throw new InvalidOperationException(),
    };
}
