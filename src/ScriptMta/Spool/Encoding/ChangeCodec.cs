using System.Collections.Frozen;

namespace ScriptMta.Spool;

/// <summary>Changes as a change record holds them: a row per kind. Tags are on disk: never reuse one.</summary>
static class ChangeCodec
{
    delegate void Writer(PayloadWriter to, SpoolChange change);
    delegate SpoolChange Reader(ref PayloadReader from);

    sealed record Row(byte Tag, Type Kind, Writer Write, Reader Read);

    static Row For<T>(byte tag, Action<PayloadWriter, T> write, Reader read) where T : SpoolChange =>
        new(tag, typeof(T), (to, change) => write(to, (T)change), read);

    static readonly Row[] Rows =
    [
        For<SpoolChange.Done>(1, static (to, done) => to.Text(done.Key), static (ref from) => new SpoolChange.Done(from.Text())),
        For<SpoolChange.Deferred>(2, static (to, deferred) => { to.Text(deferred.Key); WriteDeferral(to, deferred.Deferral); },
            static (ref from) => new SpoolChange.Deferred(from.Text(), ReadDeferral(ref from))),
        For<SpoolChange.Attempted>(3, static (to, attempted) => { to.Time(attempted.At); to.Time(attempted.NextAttempt); },
            static (ref from) => new SpoolChange.Attempted(from.Time(), from.Time())),
        For<SpoolChange.Frozen>(4, static (to, frozen) => to.Time(frozen.At), static (ref from) => new SpoolChange.Frozen(from.Time())),
        For<SpoolChange.Thawed>(5, static (_, _) => { }, static (ref from) => new SpoolChange.Thawed()),
        For<SpoolChange.RecipientAdded>(6, static (to, added) => MessageCodec.WriteRecipient(to, added.Recipient),
            static (ref from) => new SpoolChange.RecipientAdded(MessageCodec.ReadRecipient(ref from))),
        For<SpoolChange.SenderEdited>(7, static (to, edited) => MessageCodec.WriteAddress(to, edited.Sender),
            static (ref from) => new SpoolChange.SenderEdited(MessageCodec.ReadAddress(ref from))),
        For<SpoolChange.Warned>(8, static (to, warned) => to.Count(warned.Count), static (ref from) => new SpoolChange.Warned(from.Integer())),
        For<SpoolChange.Completed>(9, static (to, completed) => to.Number((ulong)completed.How), static (ref from) => new SpoolChange.Completed((Ending)from.Number())),
        For<SpoolChange.HeadersEdited>(10, static (to, edited) => MessageCodec.WriteHeaders(to, edited.Headers),
            static (ref from) => new SpoolChange.HeadersEdited(MessageCodec.ReadHeaders(ref from))),
        For<SpoolChange.RecipientFailed>(12, static (_, _) => { }, static (ref from) => new SpoolChange.RecipientFailed()),
        For<SpoolChange.Undone>(13, static (to, undone) => to.Text(undone.Key), static (ref from) => new SpoolChange.Undone(from.Text())),
        For<SpoolChange.SetAside>(14, static (to, aside) => to.Time(aside.Until), static (ref from) => new SpoolChange.SetAside(from.Time())),
        For<SpoolChange.Restored>(15, static (_, _) => { }, static (ref from) => new SpoolChange.Restored()),
        For<SpoolChange.Forgotten>(11, static (to, forgotten) => to.Text(forgotten.Key), static (ref from) => new SpoolChange.Forgotten(from.Text())),
    ];

    static readonly FrozenDictionary<Type, Row> ByKind = Rows.ToFrozenDictionary(static row => row.Kind);
    static readonly FrozenDictionary<byte, Row> ByTag = Rows.ToFrozenDictionary(static row => row.Tag);

    public static void Write(PayloadWriter to, IReadOnlyList<SpoolChange> changes)
    {
        to.Count(changes.Count);
        foreach (var change in changes)
        {
            var row = ByKind[change.GetType()];
            to.Number(row.Tag);
            row.Write(to, change);
        }
    }

    public static IReadOnlyList<SpoolChange> Read(ReadOnlySpan<byte> payload)
    {
        var from = new PayloadReader(payload);
        var changes = new SpoolChange[from.Count()];
        for (var i = 0; i < changes.Length; i++)
        {
            var tag = from.Number();
            changes[i] = tag <= byte.MaxValue && ByTag.TryGetValue((byte)tag, out var row)
                ? row.Read(ref from)
                : throw new SpoolException($"a change record holds kind {tag}, which this version does not know: run the version that wrote it", SpoolFault.Corrupt);
        }
        return changes;
    }

    public static void WriteDeferral(PayloadWriter to, Deferral deferral)
    {
        to.Time(deferral.FirstFailed);
        to.Time(deferral.LastTried);
        to.Time(deferral.NextTry);
        to.Text(deferral.Error);
        to.Text(deferral.Text);
        to.Text(deferral.Host);
    }

    public static Deferral ReadDeferral(ref PayloadReader from) =>
        new(from.Time(), from.Time(), from.Time(), from.Text(), from.Text(), from.Text());
}
