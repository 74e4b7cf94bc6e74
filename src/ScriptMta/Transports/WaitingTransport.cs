using ScriptMta.Language;

namespace ScriptMta.Transports;

/// <summary>Stands for a transport that asks for something known but not built: its mail waits, so that none is delivered otherwise than asked for, or lost.</summary>
sealed class WaitingTransport(SettingBlock block, OptionReader reader) : ITransport
{
    readonly string _text = $"{reader.Unbuilt} of {block.Name} transport is known but not built yet";

    public TransportOptions Options { get; } = TransportOptions.From(block, reader, isLocal: DriverTables.DriverOf(block) != "smtp");

    public ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(TransportJob job, CancellationToken cancel) => new(Outcomes.Deferred(job, _text));
}
