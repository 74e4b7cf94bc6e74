using ScriptMta.Common;

namespace ScriptMta.Transports;

/// <summary>The generic transport options (Exim chapter 24), one immutable record per transport instance.</summary>
sealed record TransportOptions
{
    public required string Name { get; init; }
    public required string Driver { get; init; }
    public required SourceLocation At { get; init; }
    /// <summary>Local transports deliver one recipient at a time unless batched, run as a user, and count against no host.</summary>
    public required bool IsLocal { get; init; }
}
