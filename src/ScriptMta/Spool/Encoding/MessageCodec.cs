using System.Collections.Immutable;
using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>The head of a message record: what the index needs first, then envelope and header section.</summary>
static class MessageCodec
{
    public static void Write(PayloadWriter to, Envelope envelope, HeaderSection headers, long size)
    {
        to.Fixed(size);
        to.Time(envelope.ReceivedAt);
        WriteAddress(to, envelope.Sender);
        to.Count(envelope.Recipients.Length);
        foreach (var recipient in envelope.Recipients) WriteRecipient(to, recipient);
        to.Count(envelope.Facts.Count);
        foreach (var (name, value) in envelope.Facts)
        {
            to.Text(name);
            to.Text(value);
        }
        WriteHeaders(to, headers);
    }

    public static (long Size, DateTimeOffset ReceivedAt) ReadSummary(ReadOnlySpan<byte> head)
    {
        var from = new PayloadReader(head);
        return (from.Fixed(), from.Time());
    }

    /// <summary>Sender and recipients alone: what follows is not decoded.</summary>
    public static (DateTimeOffset ReceivedAt, MailAddress Sender, ImmutableArray<Recipient> Recipients) ReadEnvelope(ReadOnlySpan<byte> head)
    {
        var from = new PayloadReader(head);
        from.Fixed();
        return (from.Time(), ReadAddress(ref from), ReadRecipients(ref from));
    }

    public static (Envelope Envelope, HeaderSection Headers) Read(ReadOnlySpan<byte> head, MessageId id)
    {
        var from = new PayloadReader(head);
        from.Fixed();
        var envelope = new Envelope
        {
            ReceivedAt = from.Time(),
            Id = id,
            Sender = ReadAddress(ref from),
            Recipients = ReadRecipients(ref from),
            Facts = ReadFacts(ref from),
        };
        return (envelope, ReadHeaders(ref from));
    }

    /// <summary>Bytes of the header section as <see cref="HeaderSection.ToText"/> gives it.</summary>
    public static long SizeOf(HeaderSection headers)
    {
        long size = 0;
        foreach (var field in headers.Fields) size += field.Name.Length + field.Body.Length + 2;
        return size;
    }

    public static void WriteAddress(PayloadWriter to, MailAddress address)
    {
        to.Text(address.LocalPart);
        to.Text(address.Domain);
    }

    public static MailAddress ReadAddress(ref PayloadReader from) => new(from.Text(), from.Text());

    public static void WriteRecipient(PayloadWriter to, Recipient recipient)
    {
        WriteAddress(to, recipient.Address);
        to.OptionalText(recipient.ErrorsTo);
        to.OptionalText(recipient.Notify);
        to.OptionalText(recipient.OriginalRecipient);
    }

    public static Recipient ReadRecipient(ref PayloadReader from) =>
        new(ReadAddress(ref from), from.OptionalText(), from.OptionalText(), from.OptionalText());

    public static ImmutableArray<Recipient> ReadRecipients(ref PayloadReader from)
    {
        var recipients = ImmutableArray.CreateBuilder<Recipient>(from.Count());
        for (var left = recipients.Capacity; left > 0; left--) recipients.Add(ReadRecipient(ref from));
        return recipients.MoveToImmutable();
    }

    static ImmutableDictionary<string, string> ReadFacts(ref PayloadReader from)
    {
        var facts = ImmutableDictionary.CreateBuilder<string, string>();
        for (var left = from.Count(); left > 0; left--) facts[from.Text()] = from.Text();
        return facts.ToImmutable();
    }

    public static void WriteHeaders(PayloadWriter to, HeaderSection headers)
    {
        to.Count(headers.Fields.Length);
        foreach (var field in headers.Fields)
        {
            to.Text(field.Name);
            to.Text(field.Body);
        }
    }

    public static HeaderSection ReadHeaders(ref PayloadReader from)
    {
        var fields = ImmutableArray.CreateBuilder<HeaderField>(from.Count());
        for (var left = fields.Capacity; left > 0; left--) fields.Add(new(from.Text(), from.Text()));
        return new(fields.MoveToImmutable());
    }
}
