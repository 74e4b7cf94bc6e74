using System.Collections.Immutable;

namespace ScriptMta.Spool;

/// <summary>A whole <see cref="DeliveryState"/>, written when a message is copied forward, so that its old change records can go.</summary>
static class StateCodec
{
    public static void Write(PayloadWriter to, DeliveryState state)
    {
        to.Count(state.DoneKeys.Count);
        foreach (var key in state.DoneKeys) to.Text(key);
        to.Count(state.Deferrals.Count);
        foreach (var (key, deferral) in state.Deferrals)
        {
            to.Text(key);
            ChangeCodec.WriteDeferral(to, deferral);
        }
        to.Count(state.AddedRecipients.Length);
        foreach (var recipient in state.AddedRecipients) MessageCodec.WriteRecipient(to, recipient);
        to.Time(state.NextAttempt);
        to.OptionalTime(state.FirstDelivery);
        to.OptionalTime(state.FrozenSince);
        to.Flag(state.EditedSender is not null);
        if (state.EditedSender is { } sender) MessageCodec.WriteAddress(to, sender);
        to.Count(state.WarningsSent);
        to.Flag(state.ManuallyThawed);
        to.Flag(state.SomeFailed);
        to.Flag(state.EditedHeaders is not null);
        if (state.EditedHeaders is { } headers) MessageCodec.WriteHeaders(to, headers);
        to.OptionalTime(state.SetAsideUntil);
    }

    public static DeliveryState Read(ReadOnlySpan<byte> payload)
    {
        var from = new PayloadReader(payload);
        return new()
        {
            DoneKeys = ReadKeys(ref from),
            Deferrals = ReadDeferrals(ref from),
            AddedRecipients = MessageCodec.ReadRecipients(ref from),
            NextAttempt = from.Time(),
            FirstDelivery = from.OptionalTime(),
            FrozenSince = from.OptionalTime(),
            EditedSender = from.Flag() ? MessageCodec.ReadAddress(ref from) : null,
            WarningsSent = from.Integer(),
            ManuallyThawed = from.Flag(),
            SomeFailed = from.Flag(),
            EditedHeaders = from.Flag() ? MessageCodec.ReadHeaders(ref from) : null,
            SetAsideUntil = from.AtEnd ? null : from.OptionalTime(), // not in records of before 26 November 2026
        };
    }

    /// <summary>How a message begins, before any change.</summary>
    public static DeliveryState Initial(RecordFlags flags, DateTimeOffset receivedAt) => DeliveryState.Fresh with
    {
        FrozenSince = flags.HasFlag(RecordFlags.Frozen) ? receivedAt : null,
        NextAttempt = flags.HasFlag(RecordFlags.QueueOnly) ? DateTimeOffset.MaxValue : DateTimeOffset.MinValue,
    };

    static ImmutableHashSet<string> ReadKeys(ref PayloadReader from)
    {
        var keys = ImmutableHashSet.CreateBuilder<string>();
        for (var left = from.Count(); left > 0; left--) keys.Add(from.Text());
        return keys.ToImmutable();
    }

    static ImmutableDictionary<string, Deferral> ReadDeferrals(ref PayloadReader from)
    {
        var deferrals = ImmutableDictionary.CreateBuilder<string, Deferral>();
        for (var left = from.Count(); left > 0; left--) deferrals[from.Text()] = ChangeCodec.ReadDeferral(ref from);
        return deferrals.ToImmutable();
    }
}
