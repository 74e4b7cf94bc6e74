using System.Collections.Immutable;
using System.Net;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>One host to try, in order. Addresses is empty where the transport must look the name up (hosts option). Mx is null for manual routes. Origin is null for a host that the configuration names.</summary>
sealed record DeliveryHost(string Name, ImmutableArray<IPAddress> Addresses, int? Port = null, int? Mx = null, HostOrigin? Origin = null);

/// <summary>The DNS lookup that a host comes from: the domain asked for, what its CNAMEs lead to, and whether DNSSEC vouches for the host's name (it was asked to, and did).</summary>
sealed record HostOrigin(string Domain, string Canonical, bool IsSecure);

/// <summary>The user a local delivery runs as; Home is where it starts.</summary>
sealed record DeliveryUser(uint Uid, uint Gid, string? Name, bool InitGroups);

/// <summary>The decision for one address: which transport gets it and with what. Facts are the address's variables as the router left them (copied, safe to keep).</summary>
sealed record PlannedDelivery
{
    public required RoutedAddress Address { get; init; }
    public required string Router { get; init; }
    public required string Transport { get; init; }
    public ImmutableArray<DeliveryHost> Hosts { get; init; } = [];
    public ImmutableArray<DeliveryHost> FallbackHosts { get; init; } = [];
    public DeliveryUser? User { get; init; }
    public Value? HomeDirectory { get; init; }
    public string? CurrentDirectory { get; init; }
    public string? ErrorsTo { get; init; }
    public ImmutableArray<HeaderField> HeadersAdd { get; init; } = [];
    public ImmutableArray<string> HeadersRemove { get; init; } = [];
    /// <summary>Retry keys include the local part (retry_use_local_part).</summary>
    public bool RetryUsesLocalPart { get; init; }
    /// <summary>Nothing is logged of this delivery.</summary>
    public bool DisableLogging { get; init; }
    /// <summary>The log shows the local part alone, as for the accept router.</summary>
    public bool LogAsLocal { get; init; }
    /// <summary>The next server is not asked for reports (dsn_lasthop).</summary>
    public bool DsnLastHop { get; init; }
    public required AddressFacts Facts { get; init; }
}
