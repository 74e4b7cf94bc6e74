using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>Which destination a delivery belongs to: its transport and the names of its hosts in any order; without hosts of the route the recipient's domain, where the transport's own hosts depend on the address.</summary>
sealed record DestinationName(string Transport, string Key, string Shown, bool IsLocal, string Domain, ImmutableArray<string> Hosts)
{
    public static DestinationName Of(DeliveryGroup group)
    {
        var options = group.Transport.Options;
        var first = group.Recipients[0];
        var domain = first.Address.Address.Domain.LowerAscii();
        if (options.IsLocal) return new(options.Name, options.Name, options.Name, true, domain, []);
        ImmutableArray<string> hosts = [.. first.Hosts.Select(h => h.Name.LowerAscii() + (h.Port is { } port ? $":{port}" : ""))];
        if (hosts.IsEmpty) return Named(options.HostsFollowAddress ? domain : options.Name);
        return Named(hosts.Length == 1 ? hosts[0] : string.Join(' ', hosts.Sort(StringComparer.Ordinal)));

        DestinationName Named(string what) => new(options.Name, $"{options.Name} {what}", Short(what), false, domain, hosts);
    }

    /// <summary>A domain may have a hundred MX records.</summary>
    static string Short(string names)
    {
        var words = names.Split(' ');
        return words.Length <= 2 ? names : $"{words[0]} {words[1]} (and {words.Length - 2} more)";
    }
}
