using System.Collections.Immutable;
using System.Net;
using ScriptMta.Common;

namespace ScriptMta.Routing;

/// <summary>What a host chain came to once this machine's own addresses were looked for in it.</summary>
abstract record HostChainAnswer
{
    HostChainAnswer() { }
    /// <summary>RemovedSelf: this machine stood further back and was cut off with all after it.</summary>
    public sealed record Usable(ImmutableArray<DeliveryHost> Hosts, bool RemovedSelf) : HostChainAnswer;
    /// <summary>This machine comes first: the self option decides.</summary>
    public sealed record IsSelf(string HostName, bool ByMx) : HostChainAnswer;
}

/// <summary>Looks for this machine in a chain of hosts (Exim 13.8): by address, or by a name in hosts_treat_as_local.</summary>
sealed class HostChain(RouterVisit visit)
{
    /// <summary>Addresses that ignore_target_hosts leaves. The list is expanded with $host_address set, once for each.</summary>
    public ImmutableArray<IPAddress> NotIgnored(ImmutableArray<IPAddress> addresses, out string? problem)
    {
        problem = null;
        if (visit.Options.IgnoreTargetHosts is not { } ignored) return addresses;
        var kept = ImmutableArray.CreateBuilder<IPAddress>();
        foreach (var address in addresses)
        {
            var text = address.ToString();
            visit.Facts.HostAddress = text;
            var match = ignored.MatchHost(text, visit.Context).Match;
            visit.Facts.HostAddress = "";
            if (match.IsDefer) problem = $"ignore_target_hosts: {match.Reason}";
            else if (!match.IsYes) kept.Add(address);
        }
        return kept.ToImmutable();
    }

    public bool IsThisMachine(DeliveryHost host) =>
        host.Addresses.Any(IsOwn) || (visit.Dependencies.HostsTreatedAsLocal?.MatchDomain(host.Name, visit.Context).Match.IsYes ?? false);

    bool IsOwn(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || visit.Context.Environment.LocalAddresses.Contains(address);

    /// <summary>Hosts of one MX set: the machine and all that are not preferred to it go.</summary>
    public HostChainAnswer CutMx(ImmutableArray<DeliveryHost> hosts)
    {
        if (hosts.FirstOrDefault(IsThisMachine) is not { } self) return new HostChainAnswer.Usable(hosts, RemovedSelf: false);
        var better = self.Mx is { } limit ? hosts.RemoveAll(h => h.Mx >= limit) : hosts[..hosts.IndexOf(self)];
        return better.IsEmpty ? new HostChainAnswer.IsSelf(self.Name, self.Mx is not null) : new HostChainAnswer.Usable(better, RemovedSelf: true);
    }
}
