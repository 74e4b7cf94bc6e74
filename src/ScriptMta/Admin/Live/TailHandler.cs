using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Smtp;

namespace ScriptMta.Admin;

/// <summary>tail: the SMTP conversations of a message as they are held, until it has left the queue or the caller goes.</summary>
sealed class TailHandler(AdminServices services)
{
    /// <summary>How long a caller that has gone may stay unnoticed.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public async ValueTask<int> RunAsync(AdminCall call, CancellationToken cancel)
    {
        if (call.Request.Arguments is not [var text] || !MessageId.TryParse(text, out var id) || services.Spool.Find(id) is null)
        {
            await call.Output.ErrorAsync($"scriptmta: message {string.Join(' ', call.Request.Arguments)} is not in the queue\n", cancel);
            return ExitCode.Failure;
        }
        using var watch = Conversation.Watch(id);
        await call.Output.ProgressAsync("waiting for the next attempt", cancel);
        if (call.Request.Has("retry")) _ = services.Queue.DeliverAsync(id, forced: true, cancel).AsTask();
        while (services.Spool.Find(id) is not null)
        {
            await PrintAsync(watch, call.Output, cancel);
            await call.Output.ProgressAsync("", cancel); // fails when the caller has gone
            await Task.Delay(Interval, cancel);
        }
        await PrintAsync(watch, call.Output, cancel);
        await call.Output.OutAsync($"message {id} has left the queue\n", cancel);
        return ExitCode.Ok;
    }

    static async ValueTask PrintAsync(ConversationWatch watch, AdminOutput output, CancellationToken cancel)
    {
        while (watch.Lines.TryRead(out var line)) await output.OutAsync(line + "\n", cancel);
    }
}
