using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>Carries out one attempt; leaves in the exchange's variables what server_set_id is to see.</summary>
delegate ValueTask<AuthOutcome> ServerMechanism(AuthExchange exchange, CancellationToken cancel);

/// <summary>One instance of `begin authenticators` in its role as a server (Exim chapter 33).</summary>
sealed record ServerAuthenticator
{
    public required string Name { get; init; }
    public required string Driver { get; init; }
    public required SourceLocation At { get; init; }
    /// <summary>The mechanism as clients call it, in upper case.</summary>
    public required string PublicName { get; init; }
    public required ServerMechanism Mechanism { get; init; }
    public Template? AdvertiseCondition { get; init; }
    public Template? SetId { get; init; }
    public Template? DebugPrint { get; init; }
    public Template? MailAuthCondition { get; init; }
    /// <summary>Whoever hears the exchange has the password or token.</summary>
    public bool ShowsSecret { get; init; }
    /// <summary>SCRAM-…-PLUS.</summary>
    public bool NeedsBinding { get; init; }
    /// <summary>driver = tls: no mechanism of AUTH, but what the client's certificate alone decides after the handshake.</summary>
    public bool IsTls { get; init; }
}
