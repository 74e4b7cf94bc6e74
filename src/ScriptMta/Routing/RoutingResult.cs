using System.Collections.Immutable;

namespace ScriptMta.Routing;

/// <summary>
/// What became of one address (or one generated child). Every address of a routing run has exactly one; a duplicate, and an address whose key was done,
/// has none. "unseen" makes an address the parent of two: the copy that the router handled and the clone that went on.
/// </summary>
abstract record AddressOutcome(RoutedAddress Address)
{
    /// <summary>Goes to a transport.</summary>
    public sealed record Deliver(RoutedAddress Address, PlannedDelivery Delivery) : AddressOutcome(Address);

    /// <summary>Replaced by other addresses, whose outcomes are in the same result. Empty Children = nothing to do (all were duplicates or seen before).</summary>
    public sealed record Redirected(RoutedAddress Address, string Router, ImmutableArray<RoutedAddress> Children) : AddressOutcome(Address);

    /// <summary>Thrown away by rule (:blackhole:, filter "seen finish"), counted as delivered. Log text.</summary>
    public sealed record Discarded(RoutedAddress Address, string Router, string Reason) : AddressOutcome(Address);

    /// <summary>Permanent. Text is for sender and log ("Unrouteable address", the :fail: text); SmtpReply replaces the code where the rule gave one.</summary>
    public sealed record Failed(RoutedAddress Address, string? Router, string Text, string? SmtpReply = null) : AddressOutcome(Address)
    {
        /// <summary>fail_verify said so: the text is for the log alone.</summary>
        public bool IsForced { get; init; }
    }

    /// <summary>Temporary. Freeze where the rule asked for it.</summary>
    public sealed record Deferred(RoutedAddress Address, string? Router, string Text, bool Freeze = false, string? SmtpReply = null) : AddressOutcome(Address);
}

/// <summary>All outcomes of routing a set of addresses, parents before children.</summary>
sealed record RoutingResult(ImmutableArray<AddressOutcome> Outcomes);
