using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>Carries out one attempt with a server that has the mechanism.</summary>
delegate ValueTask<ClientOutcome> ClientMechanism(ClientExchange exchange, CancellationToken cancel);

/// <summary>One instance of `begin authenticators` in its role as a client (Exim 33.5).</summary>
sealed record ClientAuthenticator
{
    public required string Name { get; init; }
    /// <summary>The mechanism, in upper case.</summary>
    public required string PublicName { get; init; }
    public required ClientMechanism Mechanism { get; init; }
    public Template? Condition { get; init; }
    public Template? SetId { get; init; }
    /// <summary>Its options name something of the message, so that another message may need another login.</summary>
    public bool DependsOnMessage { get; init; }
}

/// <summary>What a client's driver makes its mechanism from.</summary>
sealed record ClientBlock(Language.OptionReader Options, string PublicName)
{
    public Template? Template(string name) => Options.Template(name);
}
