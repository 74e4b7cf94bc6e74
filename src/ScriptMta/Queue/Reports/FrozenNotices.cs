using System.Text;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Reception;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>Tells freeze_tell of a message that this server has frozen (Exim 14.23); nobody is told of what an administrator freezes.</summary>
sealed class FrozenNotices(ISpool spool, QueueRules rules, MessageIdSource ids)
{
    public async ValueTask OnArrivalAsync(MessageId id, CancellationToken cancel)
    {
        if (rules.Options.FreezeTell.Length == 0 || await spool.ReadAsync(id, cancel).ConfigureAwait(false) is not { } stored || stored.Envelope.Facts.ContainsKey(EnvelopeFacts.FrozenQuietly)) return;
        await SendAsync(stored, "Message frozen on arrival", $"Message {id} was frozen on arrival by ACL.\nThe sender is <{DeliveryContext.SenderOf(stored)}>.\n", cancel).ConfigureAwait(false);
    }

    /// <param name="why">As "(delivery error message)"; empty = a rule wanted it.</param>
    public async ValueTask SendAsync(AttemptRecord record, string why, CancellationToken cancel)
    {
        if (rules.Options.FreezeTell.Length == 0) return;
        var stored = record.Stored;
        var text = new StringBuilder($"Message {stored.Envelope.Id} has been frozen{(why.Length > 0 ? " " + why : "")}.\nThe sender is <{DeliveryContext.SenderOf(stored)}>.\n\nThe following address(es) have yet to be delivered:\n");
        foreach (var (address, reason) in record.Failures.Select(f => (f.Address.Address, f.Text)).Concat(record.Deferrals.Select(d => (DelayWarnings.AddressOf(d.Key), d.Value.Text))))
            text.Append("  ").Append(BuiltMessage.OneLine(address.ToString())).Append(": ").Append(BuiltMessage.OneLine(reason)).Append('\n');
        await SendAsync(stored, "Message frozen", text.ToString(), cancel).ConfigureAwait(false);
    }

    async ValueTask SendAsync(StoredMessage stored, string subject, string text, CancellationToken cancel)
    {
        var to = AddressTexts.Of(rules.Options.FreezeTell).ToList();
        if (to.Count == 0) return;
        var id = ids.Next();
        List<HeaderField> fields =
        [
            HeaderField.Create("Auto-Submitted", "auto-replied"),
            HeaderField.Create("From", BuiltMessage.OneLine(OwnMessages.From(rules, DeliveryContext.Of(stored, rules, spool)))),
            HeaderField.Create("To", BuiltMessage.OneLine(rules.Options.FreezeTell)),
        ];
        if (MessageReferences.ForReply(DeliveryContext.HeadersOf(stored)) is { Length: > 0 } references) fields.Add(HeaderField.Create("References", references));
        fields.AddRange([HeaderField.Create("Subject", subject), HeaderField.Create("Message-Id", $"<E{id}@{rules.Environment.PrimaryHostname}>"), HeaderField.Create("Date", MailDate.Format(rules.Environment.Clock.GetLocalNow()))]);
        await using var draft = spool.Begin(id);
        await draft.AppendAsync(Latin1.Encode(BuiltMessage.Lines(text)), cancel).ConfigureAwait(false);
        await new OwnMessages(spool, rules, ids).CommitAsync(id, MailAddress.Null, [.. to], new([.. fields]), draft, stored.Envelope.Id, cancel).ConfigureAwait(false);
    }
}
