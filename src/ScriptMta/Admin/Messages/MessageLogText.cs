using System.Globalization;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>
/// -Mvl: what delivery has recorded of a message, in the manner of Exim's message log. It is read from the spool's own records, which are durable and there anyway: no file
/// is written beside them. They know addresses, times and reasons, not routers and transports: the main log does.
/// </summary>
static class MessageLogText
{
    public static string Of(StoredMessage message, MessageHistory history)
    {
        var text = new StringBuilder();
        Line(text, message.Envelope.ReceivedAt, Received(message));
        var time = message.State.FirstDelivery ?? message.Envelope.ReceivedAt;
        if (history.Since is { } since)
        {
            foreach (var key in since.DoneKeys.Order(StringComparer.Ordinal)) Line(text, time, $"{key}: done");
            foreach (var (key, deferral) in since.Deferrals.OrderBy(static d => d.Key, StringComparer.Ordinal)) Line(text, deferral.LastTried, Delayed(key, deferral));
        }
        foreach (var change in history.Changes)
        {
            time = TimeOf(change) ?? time;
            if (Said(change) is { } said) Line(text, time, said);
        }
        return text.ToString();
    }

    static void Line(StringBuilder text, DateTimeOffset time, string said) =>
        text.Append(time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)).Append(' ').Append(said).Append('\n');

    /// <summary>As the line of the main log, in its order.</summary>
    static string Received(StoredMessage message)
    {
        var facts = message.Envelope.Facts;
        var text = new StringBuilder("Received from ").Append(message.Envelope.Sender.IsNull ? "<>" : message.Envelope.Sender.ToString());
        if (facts.TryGetValue("sender_host_address", out var address))
            text.Append(" H=").Append(facts.TryGetValue("sender_host_name", out var name) ? name + " " : "").Append(facts.TryGetValue("sender_helo_name", out var helo) ? $"({helo}) " : "").Append('[').Append(address).Append(']');
        if (facts.TryGetValue("sender_ident", out var ident)) text.Append(" U=").Append(ident);
        if (facts.TryGetValue("received_protocol", out var protocol)) text.Append(" P=").Append(protocol);
        return text.Append(CultureInfo.InvariantCulture, $" S={message.BodyLength + message.Headers.ToText().Length}").ToString();
    }

    static DateTimeOffset? TimeOf(SpoolChange change) => change switch
    {
        SpoolChange.Deferred deferred => deferred.Deferral.LastTried,
        SpoolChange.Attempted attempted => attempted.At,
        SpoolChange.Frozen frozen => frozen.At,
        _ => null,
    };

    /// <summary>Null: nothing that a person asks for.</summary>
    static string? Said(SpoolChange change) => change switch
    {
        SpoolChange.Done done => $"{done.Key}: done",
        SpoolChange.Deferred deferred => Delayed(deferred.Key, deferred.Deferral),
        SpoolChange.Forgotten forgotten => $"{forgotten.Key}: no longer waited for",
        SpoolChange.Frozen => "frozen",
        SpoolChange.Thawed => "unfrozen",
        SpoolChange.RecipientAdded added => $"recipient <{added.Recipient.Address}> added",
        SpoolChange.SenderEdited edited => $"sender address changed to <{edited.Sender}>",
        SpoolChange.HeadersEdited => "header fields changed by the system filter",
        SpoolChange.Warned warned => $"delay warning {warned.Count} sent",
        SpoolChange.Undone undone => $"{undone.Key}: to be delivered to after all",
        SpoolChange.Restored => "removal taken back",
        _ => null,
    };

    static string Delayed(string key, Deferral deferral) =>
        $"{key}{(deferral.Host.Length > 0 ? " H=" + deferral.Host : "")} defer{(deferral.Text.Length > 0 ? ": " + deferral.Text : deferral.Error.Length > 0 ? ": " + deferral.Error : "")}";
}
