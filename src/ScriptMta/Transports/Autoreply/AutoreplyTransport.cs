using ScriptMta.Language;

namespace ScriptMta.Transports;

/// <summary>autoreply (Exim chapter 27).</summary>
sealed class AutoreplyTransport : ITransport
{
    public AutoreplyTransport(SettingBlock block, OptionReader reader) => Options = TransportOptions.From(block, reader, isLocal: true);

    public TransportOptions Options { get; }

    public ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(TransportJob job, CancellationToken cancel) =>
        ValueTask.FromResult(Outcomes.Deferred(job, "the autoreply transport is not built yet"));
}
