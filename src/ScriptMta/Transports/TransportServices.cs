using System.Collections.Immutable;
using ScriptMta.Authentication;
using ScriptMta.Language;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>What the drivers of one configuration share. Connections that are idle belong to the pool, which outlives a reload.</summary>
/// <param name="Logins">The authenticators that are clients.</param>
/// <param name="Policy">Makes of a transport's options what it demands of TLS; null = nothing.</param>
sealed record TransportServices(PeerPool Pool, ImmutableArray<ClientAuthenticator> Logins, Func<OptionReader, TransportPolicy?>? Policy = null);
