namespace ScriptMta.Expansion;

/// <summary>Excluded: a negative line of the file that the item names matched, so the search is over (Exim 10.3). Unknown: what the item needs (a host's name or address) does not exist; +include_unknown and +ignore_unknown decide (Exim 10.15).</summary>
enum ItemOutcome { No, Yes, Excluded, Defer, Unknown }

/// <summary>What one item says of the subject, without its negation. Reason is set for Defer and Unknown.</summary>
readonly record struct ItemResult(ItemOutcome Outcome, Value? Data = null, string? Reason = null)
{
    public static readonly ItemResult No = new(ItemOutcome.No);
    public static ItemResult Yes(Value? data) => new(ItemOutcome.Yes, data);
    public static ItemResult Defer(string reason) => new(ItemOutcome.Defer, null, reason);
    public static ItemResult Unknown(string reason) => new(ItemOutcome.Unknown, null, reason);
}
