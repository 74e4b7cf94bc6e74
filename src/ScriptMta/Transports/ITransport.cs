using System.Collections.Immutable;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>A transport driver instance. Thread-safe: many jobs run at once. Never throws for a delivery problem: that is an outcome.</summary>
interface ITransport
{
    TransportOptions Options { get; }

    /// <summary>Carries out one job; gives one outcome per recipient of the job, in any order. On cancellation (shutdown) what is not certain is Deferred.</summary>
    ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(TransportJob job, CancellationToken cancel);
}

/// <summary>One message to one or several recipients that may share a delivery. Context has Message facts set; a transport makes its own per-address contexts from the recipients' Facts.</summary>
sealed record TransportJob
{
    public required MessageId Id { get; init; }
    public required HeaderSection Headers { get; init; }
    public required long BodyLength { get; init; }
    /// <summary>The stored body, CRLF line ends; each call opens it anew; the caller disposes.</summary>
    public required Func<CancellationToken, ValueTask<Stream>> OpenBody { get; init; }
    public required ImmutableArray<PlannedDelivery> Recipients { get; init; }
    /// <summary>The envelope sender to use, errors_to applied; empty = null sender.</summary>
    public required string ReturnPath { get; init; }
    public required ExpansionContext Context { get; init; }
}

/// <summary>What happened to one recipient.</summary>
abstract record DeliveryOutcome(PlannedDelivery Recipient)
{
    /// <summary>Done. Fields is the tail of the "=>" log line after the address and R=/T= fields (H=…, C="…", etc.), without leading space.</summary>
    public sealed record Delivered(PlannedDelivery Recipient, string Fields) : DeliveryOutcome(Recipient);

    /// <summary>Try later. Error is a retry-rule error name (refused, timeout_connect, lost_connection, rcpt_4xx, quota, io …); Host is "name [address]" or empty; Text for people.</summary>
    public sealed record Deferred(PlannedDelivery Recipient, string Error, string Text, string Host = "", string? SmtpReply = null) : DeliveryOutcome(Recipient);

    /// <summary>Give up: bounce. Status is an RFC 3463 code, SmtpReply the peer's words where a peer said them.</summary>
    public sealed record Failed(PlannedDelivery Recipient, string Text, string Host = "", string? SmtpReply = null, string Status = "5.0.0") : DeliveryOutcome(Recipient);
}
