using System.Collections.Immutable;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>A message as tests commit and expect it. The number makes id, addresses and body, so that mix-ups show.</summary>
sealed record TestMail(int Number, int BodyLength = 300)
{
    public static readonly DateTimeOffset Epoch = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(1));

    public MessageId Id { get; } = new($"1w0000-0000000abcd-{Number:D4}");

    public Envelope Envelope => new()
    {
        Id = Id,
        Sender = Number % 5 == 0 ? MailAddress.Null : new($"sender{Number}", "example.org"),
        Recipients = [new(new($"one{Number}", "example.com")), new(new("two\xE9\n", "example.net"), "errors@example.com", "SUCCESS,DELAY", "rfc822;x")],
        ReceivedAt = Epoch.AddSeconds(Number),
        Facts = ImmutableDictionary<string, string>.Empty.Add("sender_host_address", "192.0.2.1").Add("acl_m_x", $"\0\xFF{Number}"),
    };

    public HeaderSection Headers => new([HeaderField.Create("Subject", $"number {Number}"), new("X-Folded", " a\n\tb\xFC")]);

    public byte[] Body
    {
        get
        {
            var body = new byte[BodyLength];
            new Random(Number).NextBytes(body);
            return body;
        }
    }

    public async Task CommitAsync(ISpool spool, NewMessageState state = default, int chunk = 100_000)
    {
        await using var draft = spool.Begin(Id);
        for (var rest = Body.AsMemory(); rest.Length > 0; rest = rest[Math.Min(chunk, rest.Length)..])
            await draft.AppendAsync(rest[..Math.Min(chunk, rest.Length)], CancellationToken.None);
        await spool.CommitAsync(Envelope, Headers, draft, state, CancellationToken.None);
    }

    public async Task<StoredMessage> AssertStoredAsync(ISpool spool)
    {
        var stored = await spool.ReadAsync(Id, CancellationToken.None);
        Assert.NotNull(stored);
        Assert.Equal(Envelope.Sender, stored.Envelope.Sender);
        Assert.Equal(Envelope.Recipients.AsEnumerable(), stored.Envelope.Recipients.AsEnumerable());
        Assert.Equal(Envelope.ReceivedAt, stored.Envelope.ReceivedAt);
        Assert.Equal(Envelope.ReceivedAt.Offset, stored.Envelope.ReceivedAt.Offset);
        Assert.Equal(Envelope.Facts.OrderBy(static fact => fact.Key), stored.Envelope.Facts.OrderBy(static fact => fact.Key));
        Assert.Equal(Headers.Fields.AsEnumerable(), stored.Headers.Fields.AsEnumerable());
        Assert.Equal(BodyLength, stored.BodyLength);
        Assert.Equal(Body, await ReadBodyAsync(spool));
        return stored;
    }

    public async Task<byte[]> ReadBodyAsync(ISpool spool)
    {
        await using var body = await spool.OpenBodyAsync(Id, CancellationToken.None);
        Assert.Equal(BodyLength, body.Length);
        var bytes = new MemoryStream();
        await body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public ValueTask RecordAsync(ISpool spool, params SpoolChange[] changes) => spool.RecordAsync(Id, changes, durable: false, CancellationToken.None);

    public ValueTask RecordDurablyAsync(ISpool spool, params SpoolChange[] changes) => spool.RecordAsync(Id, changes, durable: true, CancellationToken.None);

}
