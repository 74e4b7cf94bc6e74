using System.Text;

namespace ScriptMta.Routing;

/// <summary>The text of one -bt answer while it grows.</summary>
sealed class RouteListing(IReadOnlyDictionary<string, TransportTraits> transports, string failure, ISet<string> shown)
{
    /// <summary>Exim's narrowest column for a host's address.</summary>
    const int NarrowestAddress = 7;

    readonly StringBuilder _text = new();
    readonly Stack<PlannedDelivery> _local = new(), _remote = new();
    int _exitCode;

    public PrintedRoute Print(RoutingResult result)
    {
        foreach (var outcome in result.Outcomes) One(outcome);
        foreach (var delivery in _local.Concat(_remote)) Delivery(delivery);
        if (_text.Length == 0 && result.Outcomes.Length > 0) _text.Append($"mail to {result.Outcomes[0].Address.Address} is discarded\n");
        return new(_text.ToString(), _exitCode);
    }

    void One(AddressOutcome outcome)
    {
        switch (outcome)
        {
            case AddressOutcome.Failed failed:
                Trouble(failed.Address, $"{failed.Address.Address} {failure}: {failed.Text}", RoutePrinter.Failed);
                break;
            case AddressOutcome.Deferred { Address.Kind: not TargetKind.Address } deferred:
                Generated(deferred.Address, $"*** Error in setting up pipe, file, or autoreply:\n{deferred.Text}\n");
                break;
            case AddressOutcome.Deferred deferred:
                Trouble(deferred.Address, $"{deferred.Address.Address} cannot be resolved at this time: {deferred.Text}", RoutePrinter.Waits);
                break;
            case AddressOutcome.Deliver { Address.Kind: not TargetKind.Address } deliver:
                Generated(deliver.Address, $"  transport = {deliver.Delivery.Transport}\n");
                break;
            case AddressOutcome.Deliver deliver:
                (IsLocal(deliver.Delivery) ? _local : _remote).Push(deliver.Delivery);
                break;
        }
    }

    bool IsLocal(PlannedDelivery delivery) => !transports.TryGetValue(delivery.Transport, out var traits) || traits.IsLocal;

    void Trouble(RoutedAddress address, string line, int exitCode)
    {
        _text.Append(line).Append('\n');
        Parents(address);
        _exitCode = RoutePrinter.Worst(_exitCode, exitCode);
    }

    void Generated(RoutedAddress address, string line) =>
        _text.Append(address.Address).Append(" -> ").Append(RoutePrinter.TargetText(address)).Append('\n').Append(line);

    void Parents(RoutedAddress address)
    {
        foreach (var ancestor in address.Ancestors) _text.Append("    <-- ").Append(ancestor.Address).Append('\n');
    }

    void Delivery(PlannedDelivery delivery)
    {
        _text.Append(delivery.Address.Address);
        if (!shown.Add(delivery.Address.Key) && delivery.Address.Parent is not null) _text.Append("   [duplicate, would not be delivered]");
        _text.Append('\n');
        Parents(delivery.Address);
        _text.Append($"  router = {delivery.Router}, transport = {delivery.Transport}\n");
        Hosts(delivery);
    }

    void Hosts(PlannedDelivery delivery)
    {
        if (delivery.Hosts.IsEmpty) return;
        var lines = delivery.Hosts.SelectMany(Lines).ToList();
        var nameWidth = lines.Max(l => l.Host.Name.Length);
        var addressWidth = Math.Max(NarrowestAddress, lines.Max(l => l.Address?.Length ?? 0));
        foreach (var (host, address) in lines)
        {
            _text.Append("  host ").Append(host.Name.PadRight(nameWidth)).Append(' ');
            _text.Append(address is null ? new string(' ', addressWidth + 2) : $"[{address}]".PadRight(addressWidth + 2));
            if (host.Mx is { } mx) _text.Append($" MX={mx}");
            if (host.Port is { } port) _text.Append($" port={port}");
            _text.Append('\n');
        }
    }

    static IEnumerable<(DeliveryHost Host, string? Address)> Lines(DeliveryHost host) =>
        host.Addresses.IsEmpty ? [(host, null)] : host.Addresses.Select(a => (host, (string?)a.ToString()));
}
