using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Spool;

namespace ScriptMta.Cli;

/// <summary>spool export: queued messages as files that other programs read, byte for byte as they were accepted (CRLF line ends), readable by their owner only. The queue keeps them.</summary>
static class SpoolExport
{
    public static int Run(SpoolOptions options, string folder, IReadOnlyList<string> ids, bool batch)
    {
        using var snapshot = SpoolSnapshot.Open(options, new PosixSpoolFiles());
        var wanted = ids.Count == 0 ? snapshot.Ids() : [.. ids.Select(static text => MessageId.TryParse(text, out var id) ? id : throw new CommandException(ExitCode.Usage, $"{text} is not a message id"))];
        var missing = 0;
        try
        {
            if (!Directory.Exists(folder)) FileOpening.CreateDirectory(folder);
            using var all = batch ? Create(folder, "batch.bsmtp") : null;
            foreach (var id in wanted)
                if (!Export(snapshot, folder, id, all))
                {
                    missing++;
                    Terminal.Error($"Message {id} does not exist");
                }
        }
        catch (IOException error) { throw new CommandException(ExitCode.CannotCreate, error.Message); }
        Terminal.Out($"{wanted.Count - missing} messages written to {folder}; they are still queued\n");
        return missing == 0 ? ExitCode.Ok : ExitCode.Failure;
    }

    static FileStream Create(string folder, string name) => new(FileOpening.CreateNew(Path.Combine(folder, name)), FileAccess.Write);

    static bool Export(SpoolSnapshot snapshot, string folder, MessageId id, Stream? batch)
    {
        if (snapshot.Read(id, out _) is not { } message) return false;
        using (var file = Create(folder, id + ".eml")) WriteMessage(snapshot, message, file);
        using (var file = Create(folder, id + ".json")) file.Write(Latin1.Encode(JsonOutput.Print(Envelope(message)) + "\n"));
        if (batch is not null) WriteBatch(snapshot, message, batch);
        return true;
    }

    static void WriteMessage(SpoolSnapshot snapshot, StoredMessage message, Stream to)
    {
        to.Write(Latin1.Encode(DeliveryContext.HeadersOf(message).ToWire() + "\r\n"));
        using var body = snapshot.OpenBody(message.Envelope.Id);
        body.CopyTo(to);
    }

    static bool IsDone(StoredMessage message, Recipient recipient) => message.State.DoneKeys.Contains(new Routing.RoutedAddress { Address = recipient.Address }.Key);

    static JsonObject Envelope(StoredMessage message) => new()
    {
        ["id"] = message.Envelope.Id.Text,
        ["sender"] = JsonOutput.Text(DeliveryContext.SenderOf(message).ToString()),
        ["received"] = message.Envelope.ReceivedAt.ToString("O"),
        ["frozenSince"] = message.State.FrozenSince?.ToString("O"),
        ["recipients"] = new JsonArray([.. DeliveryContext.RecipientsOf(message).Select(recipient => new JsonObject
        {
            ["address"] = JsonOutput.Text(recipient.Address.ToString()), ["done"] = IsDone(message, recipient), ["errorsTo"] = JsonOutput.Text(recipient.ErrorsTo),
            ["notify"] = JsonOutput.Text(recipient.Notify), ["originalRecipient"] = JsonOutput.Text(recipient.OriginalRecipient),
        })]),
        ["deferrals"] = new JsonArray([.. message.State.Deferrals.Select(static d => new JsonObject
        {
            ["key"] = JsonOutput.Text(d.Key), ["firstFailed"] = d.Value.FirstFailed.ToString("O"), ["nextTry"] = d.Value.NextTry.ToString("O"), ["error"] = JsonOutput.Text(d.Value.Error), ["text"] = JsonOutput.Text(d.Value.Text),
        })]),
        ["facts"] = new JsonObject(message.Envelope.Facts.OrderBy(static f => f.Key, StringComparer.Ordinal).Select(static f => KeyValuePair.Create<string, JsonNode?>(Latin1.ToUnicode(f.Key), JsonOutput.Text(f.Value)))),
    };

    /// <summary>RFC 2442: an SMTP dialogue without the answers.</summary>
    static void WriteBatch(SpoolSnapshot snapshot, StoredMessage message, Stream to)
    {
        var left = DeliveryContext.RecipientsOf(message).Where(recipient => !IsDone(message, recipient)).ToList();
        if (left.Count == 0) return;
        to.Write(Latin1.Encode($"MAIL FROM:<{DeliveryContext.SenderOf(message)}>\r\n{string.Concat(left.Select(static r => $"RCPT TO:<{r.Address}>\r\n"))}DATA\r\n"));
        var dots = new DotStuffer(to);
        WriteMessage(snapshot, message, dots);
        dots.End();
    }

    /// <summary>RFC 5321 4.5.2: a dot at the start of a line is doubled, and a dot alone ends the message.</summary>
    sealed class DotStuffer(Stream to) : Stream
    {
        bool _atLineStart = true;

        public void End() => to.Write(_atLineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var from = 0;
            for (var i = 0; i < buffer.Length; i++)
            {
                if (_atLineStart && buffer[i] == '.')
                {
                    to.Write(buffer[from..i]);
                    to.Write("."u8);
                    from = i;
                }
                _atLineStart = buffer[i] == '\n';
            }
            to.Write(buffer[from..]);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
