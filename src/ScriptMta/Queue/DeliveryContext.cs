using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Reception;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>What the rules see of a queued message: the facts kept with it when it was accepted, its headers, and its body on demand.</summary>
static class DeliveryContext
{
    public static ExpansionContext Of(StoredMessage stored, QueueRules rules, ISpool spool)
    {
        var context = new ExpansionContext { Environment = rules.Environment };
        var message = context.Message;
        EnvelopeFacts.Restore(stored.Envelope, context.Connection, message);
        message.Id = stored.Envelope.Id;
        message.Sender = SenderOf(stored);
        message.Headers = HeadersOf(stored);
        message.ReceivedAt = stored.Envelope.ReceivedAt;
        message.BodySize = stored.BodyLength;
        message.FirstDelivery = stored.State.FirstDelivery is null;
        message.ManuallyThawed = stored.State.ManuallyThawed;
        message.RcptCount = stored.Envelope.Recipients.Length;
        message.Recipients.AddRange(RecipientsOf(stored).Select(r => r.Address));
        message.BodyStart = count => Read(spool, stored.Envelope.Id, Math.Min(count, stored.BodyLength), fromEnd: false);
        message.BodyEnd = count => Read(spool, stored.Envelope.Id, Math.Min(count, stored.BodyLength), fromEnd: true);
        return context;
    }

    public static MailAddress SenderOf(StoredMessage stored) => stored.State.EditedSender ?? stored.Envelope.Sender;

    /// <summary>As the system filter left them, or as received.</summary>
    public static HeaderSection HeadersOf(StoredMessage stored) => stored.State.EditedHeaders ?? stored.Headers;

    public static IEnumerable<Recipient> RecipientsOf(StoredMessage stored) => stored.Envelope.Recipients.Concat(stored.State.AddedRecipients);

    /// <summary>Templates are evaluated synchronously, so the body is read so too; it is at most message_body_visible or a filter's limit.</summary>
    static byte[] Read(ISpool spool, MessageId id, long count, bool fromEnd)
    {
        using var body = spool.OpenBodyAsync(id, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (fromEnd) body.Seek(-count, SeekOrigin.End);
        var bytes = new byte[count];
        body.ReadExactly(bytes);
        return bytes;
    }
}
