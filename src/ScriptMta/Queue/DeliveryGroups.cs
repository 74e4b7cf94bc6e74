using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Routing;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>Recipients of one message that one transport call may take together.</summary>
sealed record DeliveryGroup(ITransport Transport, ImmutableArray<PlannedDelivery> Recipients);

/// <summary>Sorts planned deliveries into groups: the same transport, hosts, errors address, header changes and user, within the transport's batch size (Exim 47.1).</summary>
static class DeliveryGroups
{
    public static IReadOnlyList<DeliveryGroup> Of(IEnumerable<PlannedDelivery> deliveries, IReadOnlyDictionary<string, ITransport> transports, Func<ExpansionContext> context)
    {
        var groups = new List<DeliveryGroup>();
        foreach (var alike in deliveries.GroupBy(d => KeyOf(d, transports[d.Transport].Options, context)))
        {
            var transport = transports[alike.First().Transport];
            var most = transport.Options.BatchMax == 0 ? int.MaxValue : transport.Options.BatchMax;
            groups.AddRange(alike.Chunk(most).Select(chunk => new DeliveryGroup(transport, [.. chunk])));
        }
        return groups;
    }

    static GroupKey KeyOf(PlannedDelivery delivery, TransportOptions options, Func<ExpansionContext> context) => new(
        delivery.Transport,
        HostsOf(delivery.Hosts),
        options.MultiDomain.MayMix(delivery, context) ? "" : delivery.Address.Address.Domain.LowerAscii(),
        delivery.ErrorsTo,
        string.Join('\n', delivery.HeadersAdd) + "\0" + string.Join('\n', delivery.HeadersRemove),
        delivery.User,
        options.IsLocal && options.BatchMax == 1 ? delivery.Address.Key : $"{(options.AsksForLocalPart ? delivery.Address.Address.LocalPart : "")}\0{BatchOf(delivery, options, context)}\0{delivery.HomeDirectory?.Text}");

    /// <summary>A batch_id that cannot be expanded keeps the address by itself: its transport will say why.</summary>
    static string BatchOf(PlannedDelivery delivery, TransportOptions options, Func<ExpansionContext> context) =>
        options.BatchId is not { } template ? "" : template.Expand(context().ForAddress(delivery.Facts)) is { IsOk: true } id ? id.Text : delivery.Address.Key;

    /// <summary>Hosts of the same preference in any order: it is drawn by lot for each lookup.</summary>
    static string HostsOf(ImmutableArray<DeliveryHost> hosts) => hosts.Length switch
    {
        0 => "",
        1 => Text(hosts[0]),
        _ => string.Join(' ', hosts.Select((host, i) => (Host: host, Rank: host.Mx ?? i)).OrderBy(h => h.Rank).ThenBy(h => h.Host.Name, StringComparer.Ordinal).Select(h => Text(h.Host))),
    };

    static string Text(DeliveryHost host) => $"{host.Name}/{string.Join(',', host.Addresses)}:{host.Port}";

    readonly record struct GroupKey(string Transport, string Hosts, string Domain, string? ErrorsTo, string Headers, DeliveryUser? User, string Alone);
}
