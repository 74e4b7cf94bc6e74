using System.Collections.Immutable;
using System.Net;
using ScriptMta.Dns;
using ScriptMta.Expansion;

namespace ScriptMta.Transports;

/// <summary>The addresses of hosts that a transport knows only by name: /etc/hosts, then the DNS (Exim's "byname"). One per transport, so that the file is read once.</summary>
sealed class HostAddresses
{
    HostResolver? _resolver;

    /// <summary>Problem is Exim's text where there is none; null with addresses.</summary>
    public async ValueTask<(ImmutableArray<IPAddress> Addresses, string? Problem)> FindAsync(string name, RuleEnvironment environment, bool mustBeProved, CancellationToken cancel)
    {
        var resolver = _resolver ??= new(environment.Dns, Dns.HostsFile.OfMachine, environment.Random);
        DnssecResolver? strict = null;
        if (mustBeProved) resolver = resolver.Asking(dns => strict = new DnssecResolver(dns, requested: true, required: true));
        return await resolver.AddressesByNameAsync(name, AddressOrder.IPv6First, cancel) switch
        {
            AddressAnswer.Found found => (found.Addresses, null),
            AddressAnswer.Again when strict?.Refusal is not null => ([], $"lookup of IP address for {name} was insecure"),
            AddressAnswer.Again again => ([], $"host lookup for \"{name}\" did not complete: {again.Reason}"),
            _ => ([], $"failed to find IP address for {name}"),
        };
    }
}
