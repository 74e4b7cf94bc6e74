using ScriptMta.Expansion;
using ScriptMta.Network;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>Before one address of a host is called. Domains are those of the recipients that are to go there; $host and its address are set in Context.</summary>
readonly record struct TlsQuestion(PeerEndpoint Endpoint, DeliveryHost Host, IReadOnlyCollection<string> Domains, ExpansionContext Context, bool IsCallout);

/// <summary>What policies (DANE, MTA-STS) demand of TLS with a host. A demand that cannot be found out is <see cref="TlsDemand.Refused"/>.</summary>
delegate ValueTask<TlsDemand> TlsDemanding(TlsQuestion question, CancellationToken cancel);
